import { MIMEType } from 'node:util';

const EVENT_STREAM = 'text/event-stream';

interface Accepted {
  readonly text: string;
  readonly essence: string;
  readonly weight: number;
}

/**
 * The header `Accept` in the order of its weights (RFC 9110, section 12.5.1), for Yoga, which goes by the
 * order in which types are listed, and which answers a query in JSON wherever that is listed at all. So a
 * stream that is wanted more than JSON is asked for alone. What is refused (`q=0`) is left out, and a
 * header that is no list of types stays as it is.
 */
export function byWeight(accept: string): string {
  const accepted = accept.split(',').map(parseAccepted);
  if (!accepted.every((type) => type !== null)) return accept;
  const wanted = accepted
    .filter(({ weight }) => weight > 0)
    .toSorted((left, right) => right.weight - left.weight);
  const [first, second] = wanted;
  if (first === undefined) return accept;
  const streamAlone = first.essence === EVENT_STREAM && first.weight > (second?.weight ?? 0);
  return streamAlone ? first.text : wanted.map(({ text }) => text).join(', ');
}

function parseAccepted(text: string): Accepted | null {
  try {
    const type = new MIMEType(text);
    const weight = Number(type.params.get('q') ?? 1);
    type.params.delete('q');
    return { text: type.toString(), essence: type.essence, weight };
  } catch {
    return null;
  }
}
