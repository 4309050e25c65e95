import { z } from 'zod';
import { subjects } from '../subjects/subject.ts';
import type { Row } from './rows.ts';

/** Ratios of the gateway to the best peer, by scenario, variant and figure. */
export const keptRatios = z.record(z.string(), z.number());

export type KeptRatios = z.infer<typeof keptRatios>;

/** Figures that say much in a short time. Others are for longer runs. */
const STEADY = new Set(['perSecond', 'cpuMicroseconds', 'speed', 'cpu']);
/** The part of a kept ratio below which a new one has fallen. */
const FALLEN_BELOW = 2 / 3;

const nameOf = ({ scenario, variant, figure }: Row) =>
  [scenario, variant, figure.key].filter(Boolean).join(' / ');

/**
 * The ratio of the best rounds, which other processes disturbed least. With few rounds it says more
 * than that of the medians.
 */
function bestRatio({ figure, values }: Row): number | null {
  const best = figure.better === 'more' ? Math.max : Math.min;
  const ours = values.get('gateway');
  const peers = [...values].flatMap(([name, own]) => (subjects[name].kind === 'peer' ? own : []));
  if (figure.better === null || ours === undefined || peers.length === 0) return null;
  const ratio = best(...ours) / best(...peers);
  return figure.better === 'more' ? ratio : 1 / ratio;
}

/** The ratios of these rows that are worth keeping, to two digits. */
export function ratiosToKeep(rows: readonly Row[]): KeptRatios {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const ratio = STEADY.has(row.figure.key) ? bestRatio(row) : null;
      return ratio === null ? [] : [[nameOf(row), Number(ratio.toPrecision(2))]];
    }),
  );
}

export interface FallenRatio {
  readonly name: string;
  readonly kept: number;
  readonly now: number;
}

/** The ratios that fell by more than a third. One that is not in both says nothing. */
export function fallenRatios(kept: KeptRatios, now: KeptRatios): readonly FallenRatio[] {
  return Object.entries(kept).flatMap(([name, before]) => {
    const ratio = now[name];
    if (ratio === undefined || ratio >= before * FALLEN_BELOW) return [];
    return [{ name, kept: before, now: ratio }];
  });
}
