import { MIMEType } from 'node:util';
import { memoizeText } from '../../../common/memoize-text.ts';

export const JSON_TYPE = 'application/json';
export const GRAPHQL_TYPE = 'application/graphql-response+json';
export const MULTIPART_TYPE = 'multipart/mixed';
export const STREAM_TYPE = 'text/event-stream';
/** Apollo's multipart protocol for subscriptions. The parameter tells it from incremental delivery. */
export const APOLLO_TYPE = 'multipart/mixed;subscriptionSpec=1.0';

/** The type of a response with many results. */
export type StreamType = typeof STREAM_TYPE | typeof MULTIPART_TYPE | typeof APOLLO_TYPE;

/** The type of a response with one result. */
export type ResultType = typeof JSON_TYPE | typeof GRAPHQL_TYPE | StreamType;

/** What the header `Accept` of a request allows. */
export interface AcceptedTypes {
  /** The type of the response to a query or a mutation. Null if the client accepts none that there is. */
  readonly ofResult: ResultType | null;
  /** The type of the response to a subscription that opens no stream. */
  readonly ofRefusedStream: ResultType;
  /** The type of a stream of results. Null if the client accepts none. */
  readonly stream: StreamType | null;
  /** Whether the client takes results by Apollo's HTTP callback protocol. */
  readonly callback: boolean;
}

/** More types than any client lists; the rest is ignored. */
const MAX_TYPES = 32;

interface Range {
  readonly main: string;
  readonly sub: string;
  /** The version of Apollo's multipart protocol. Null if the range names none. */
  readonly subscriptionSpec: string | null;
  /** The version of Apollo's HTTP callback protocol. Null if the range names none. */
  readonly callbackSpec: string | null;
  readonly weight: number;
}

/**
 * Reads the header `Accept` by weight (RFC 9110, section 12.5.1); left out or empty, it accepts everything.
 * JSON is preferred to a stream unless the stream has more weight. Among streams of the same weight the first
 * one listed is preferred. Types with `q=0` are not accepted, and
 * neither are those in another charset than UTF-8.
 */
export const acceptedTypes = memoizeText((accept): AcceptedTypes => {
  const ranges = accept.trim() === '' ? [ANYTHING] : rangesOf(accept);
  const [first, second] = ranges;
  const streamAlone = first?.sub === 'event-stream' && first.weight > (second?.weight ?? 0);
  const wanted = streamAlone ? [first] : ranges;
  const json = wanted.map(jsonOf).find((type) => type !== null);
  const stream = wanted.map(streamOf).find((type) => type !== null) ?? null;
  const multipart = wanted.some((range) => matches(range, MULTIPART_TYPE));
  return {
    ofResult: json ?? (multipart ? MULTIPART_TYPE : stream),
    ofRefusedStream: json ?? stream ?? JSON_TYPE,
    stream,
    callback: ranges.some(({ callbackSpec }) => callbackSpec === '1.0'),
  };
});

const ANYTHING: Range = {
  main: '*',
  sub: '*',
  subscriptionSpec: null,
  callbackSpec: null,
  weight: 1,
};

function rangesOf(accept: string): readonly Range[] {
  return accept
    .split(',', MAX_TYPES)
    .map(parseRange)
    .filter((range) => range !== null)
    .filter(({ weight }) => weight > 0)
    .filter((range) => ANSWERS.some((type) => matches(range, type)))
    .toSorted((left, right) => right.weight - left.weight);
}

const ANSWERS = [GRAPHQL_TYPE, JSON_TYPE, STREAM_TYPE, MULTIPART_TYPE] as const;

function parseRange(text: string): Range | null {
  try {
    const { type: main, subtype: sub, params } = new MIMEType(text);
    const charset = params.get('charset') ?? 'utf-8';
    const weight = charset.toLowerCase() === 'utf-8' ? Number(params.get('q') ?? 1) : 0;
    const subscriptionSpec = params.get('subscriptionspec');
    return { main, sub, subscriptionSpec, callbackSpec: params.get('callbackspec'), weight };
  } catch {
    return null;
  }
}

function jsonOf(range: Range): typeof JSON_TYPE | typeof GRAPHQL_TYPE | null {
  if (matches(range, JSON_TYPE)) return JSON_TYPE;
  return matches(range, GRAPHQL_TYPE) ? GRAPHQL_TYPE : null;
}

function streamOf(range: Range): StreamType | null {
  if (matches(range, STREAM_TYPE)) return STREAM_TYPE;
  if (!matches(range, MULTIPART_TYPE)) return null;
  const { subscriptionSpec } = range;
  if (subscriptionSpec === null) return MULTIPART_TYPE;
  return subscriptionSpec === '1.0' ? APOLLO_TYPE : null;
}

function matches({ main, sub }: Range, type: string): boolean {
  if (main === '*') return sub === '*';
  return type === `${main}/${sub}` || (sub === '*' && type.startsWith(`${main}/`));
}
