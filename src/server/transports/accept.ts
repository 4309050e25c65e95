import { MIMEType } from 'node:util';

const EVENT_STREAM = 'text/event-stream';

/** More types than any client lists; the rest is ignored. */
const MAX_TYPES = 32;

/** The types that a response may have, and the ranges that include one of them. */
const ANSWERS: ReadonlySet<string> = new Set([
  'application/graphql-response+json',
  'application/json',
  EVENT_STREAM,
  'multipart/mixed',
  '*/*',
  'application/*',
  'text/*',
  'multipart/*',
]);

/** Stands for a list in which no type can be served. The requested types are not echoed. */
const NONE = 'application/octet-stream';

interface Accepted {
  readonly text: string;
  readonly essence: string;
  readonly weight: number;
}

/**
 * Sorts the header `Accept` by weight (RFC 9110, section 12.5.1), for Yoga. Yoga goes by the order of the
 * list, and answers a query in JSON whenever JSON is in it. So an event stream that is preferred to JSON is
 * returned alone. Rejected types (`q=0`) are left out. So are types that no response can have: Yoga compares
 * each type with each of its own, and echoes them all.
 */
export function byWeight(accept: string): string {
  if (accept.trim() === '') return '*/*';
  const wanted = accept
    .split(',', MAX_TYPES)
    .map(parseAccepted)
    .filter((type) => type !== null)
    .filter(({ essence, weight }) => weight > 0 && ANSWERS.has(essence))
    .toSorted((left, right) => right.weight - left.weight);
  const [first, second] = wanted;
  if (first === undefined) return NONE;
  const streamAlone = first.essence === EVENT_STREAM && first.weight > (second?.weight ?? 0);
  return streamAlone ? first.text : [...new Set(wanted.map(({ text }) => text))].join(', ');
}

function parseAccepted(text: string): Accepted | null {
  try {
    const type = new MIMEType(text);
    const weight = Number(type.params.get('q') ?? 1);
    const { essence } = type;
    const charset = type.params.get('charset');
    return { text: charset === null ? essence : `${essence};charset=${charset}`, essence, weight };
  } catch {
    return null;
  }
}
