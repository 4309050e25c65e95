import { MIMEType } from 'node:util';

const EVENT_STREAM = 'text/event-stream';

/** More than any client lists; what is behind them is not looked at. */
const MAX_TYPES = 32;

/** All that an answer may be, and the ranges that hold one of these. */
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

/** In place of types of which none can be served: what was asked for is not told back. */
const NONE = 'application/octet-stream';

interface Accepted {
  readonly text: string;
  readonly essence: string;
  readonly weight: number;
}

/**
 * The header `Accept` in the order of its weights (RFC 9110, section 12.5.1), for Yoga, which goes by the
 * order in which types are listed, and which answers a query in JSON wherever that is listed at all. So a
 * stream that is wanted more than JSON is asked for alone. What is refused (`q=0`) is left out, and so is
 * whatever no answer can be: Yoga compares each type with each of its own, and tells all of these back.
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
