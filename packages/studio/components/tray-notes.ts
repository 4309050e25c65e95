import type { Words } from '../language/words.ts';
import type { Repair, StudioPhoto } from '../photos/studio-photo.ts';
import { photoName } from './photo-name.ts';

/** What the user should know of a picked photo before it is sent. */
export interface TrayNote {
  readonly text: string;
  /** `danger`: it cannot be sent. */
  readonly tone: 'danger' | 'warning' | 'calm';
}

/** Photos with the same note. */
export interface TrayNoteGroup extends TrayNote {
  /** The names of the photos, shortened to a few. */
  readonly names: string;
}

const MAX_NAMES = 2;

/** What else is on the page. */
export interface TrayContext {
  readonly gallery: readonly StudioPhoto[];
  /** The repair that is chosen. */
  readonly repair: Repair;
  readonly words: Words;
}

/** Null if there is nothing to know. */
export function trayNote(photo: StudioPhoto, { gallery, repair, words }: TrayContext) {
  const before = gallery.find(({ key }) => key === photo.sameAs);
  const isRepeated =
    photo.phase.name === 'chosen' &&
    before?.phase.name === 'ready' &&
    before.repair?.type === repair.type &&
    before.repair.background === repair.background;
  if (isRepeated) return { text: words.composer.restoredBefore, tone: 'warning' } as const;
  return ownNote(photo, words);
}

function ownNote({ phase, conversion }: StudioPhoto, words: Words): TrayNote | null {
  const { composer } = words;
  if (phase.name === 'refused') return { text: refusalText(phase.refusal, words), tone: 'danger' };
  if (phase.name !== 'chosen') return null;
  if (phase.cancelled) {
    const tone = phase.cancelled === 'maybeCharged' ? 'warning' : 'calm';
    return { text: composer[phase.cancelled], tone };
  }
  if (conversion === null) return null;
  const { kind, fromBytes, toBytes, wasTooLarge } = conversion;
  const text = wasTooLarge ? composer.madeSmaller(fromBytes, toBytes) : composer.converted(kind);
  return { text, tone: 'calm' };
}

/** The notes of all picked photos; each text once. */
export function groupNotes(
  tray: readonly StudioPhoto[],
  context: TrayContext,
): readonly TrayNoteGroup[] {
  const { words } = context;
  const groups = new Map<string, { readonly note: TrayNote; readonly names: string[] }>();
  for (const photo of tray) {
    const note = trayNote(photo, context);
    if (note === null) continue;
    const group = groups.get(note.text) ?? { note, names: [] };
    group.names.push(photoName(photo, words));
    groups.set(note.text, group);
  }
  return [...groups.values()].map(({ note: { text, tone }, names }) => {
    const shown = names.slice(0, MAX_NAMES);
    return { text, tone, names: words.composer.andOthers(shown, names.length - shown.length) };
  });
}

/** Why a file cannot be sent. */
export function refusalText(
  refusal: Extract<StudioPhoto['phase'], { name: 'refused' }>['refusal'],
  { composer: { refusals } }: Words,
): string {
  if (refusal.name === 'tooLarge') return refusals.tooLarge(refusal.maxBytes);
  if (refusal.name === 'unreadable') return refusals.unreadable(refusal.kind);
  return refusals[refusal.name];
}
