import { failureText } from '../language/failure-text.ts';
import type { Words } from '../language/words.ts';
import type { Phase, StudioPhoto } from '../photos/studio-photo.ts';
import { photoName } from './photo-name.ts';
import { refusalText } from './tray-notes.ts';

/** The phases of the photos, by their keys. */
export type Phases = ReadonlyMap<string, Phase['name']>;

const ON_THE_WAY: ReadonlySet<string> = new Set(['queued', 'uploading', 'interrupted']);

/**
 * Describes changes of photos in words, for screen readers. Photos that are only remembered from
 * before have not changed now.
 */
export function describeChanges(
  before: Phases,
  photos: readonly StudioPhoto[],
  words: Words,
  maxBytes: number,
): string[] {
  const { announcements } = words;
  const added = photos.filter(({ key, phase }) => {
    const earlier = before.get(key) ?? 'checking';
    return phase.name === 'chosen' && earlier === 'checking';
  });
  const sent = photos.filter(
    ({ key, phase }) => phase.name !== 'chosen' && before.get(key) === 'chosen',
  );
  return [
    ...(added.length > 0 ? [announcements.added(added.length)] : []),
    ...(sent.length > 0 ? [announcements.sent(sent.length)] : []),
    ...photos.flatMap(
      (photo) => announcementOf(photo, before.get(photo.key), words, maxBytes) ?? [],
    ),
  ];
}

export function phasesOf(photos: readonly StudioPhoto[]): Phases {
  return new Map(photos.map(({ key, phase }) => [key, phase.name]));
}

function announcementOf(
  photo: StudioPhoto,
  before: Phase['name'] | undefined,
  words: Words,
  maxBytes: number,
): string | null {
  const { phase } = photo;
  const { announcements } = words;
  if (before === phase.name) return null;
  const name = photoName(photo, words);
  if (phase.name === 'refused') {
    return announcements.refused(name, refusalText(phase.refusal, words));
  }
  if (before === undefined || before === 'checking') return null;
  switch (phase.name) {
    case 'chosen':
      return announcements.cancelled(name, words.composer[phase.cancelled ?? 'nothingCharged']);
    case 'processing':
      return ON_THE_WAY.has(before) ? announcements.uploaded(name) : null;
    case 'ready':
      return announcements.ready(name);
    case 'interrupted':
      return announcements.interrupted(name);
    case 'expired':
      return announcements.expired(name);
    case 'failed':
      return announcements.failed(name, failureText(phase.failure, words, maxBytes));
    case 'checking':
    case 'queued':
    case 'uploading':
      break;
  }
  return null;
}
