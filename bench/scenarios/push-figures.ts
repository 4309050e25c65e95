import { quantile } from '../measure/quantile.ts';
import type { ProviderReport } from '../provider/messages.ts';
import type { Figure, Figures } from './scenario.ts';
import type { Told } from './wait-for-photos.ts';

export const pushFigureList: readonly Figure[] = [
  { key: 'polls', title: 'polls a photo', better: 'less', digits: 1 },
  { key: 'p50', title: 'push delay, half within, ms', better: 'less', digits: 0 },
  { key: 'p95', title: 'push delay, 95 of 100 within, ms', better: 'less', digits: 0 },
];

/** Polls of the provider, and how late subscribers were told that their photo is ready. */
export function pushFigures(told: readonly Told[], { photos }: ProviderReport): Figures {
  const readyAtMs = new Map(photos.map((photo) => [photo.id, photo.readyAtMs]));
  const delaysMs = told.map(({ id, atMs }) => atMs - (readyAtMs.get(id) ?? Number.NaN));
  return {
    polls: photos.reduce((sum, photo) => sum + photo.polls, 0) / photos.length,
    p50: quantile(delaysMs, 0.5),
    p95: quantile(delaysMs, 0.95),
  };
}
