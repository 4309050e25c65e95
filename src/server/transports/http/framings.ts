import type { ExecutionResult } from 'graphql';
import { APOLLO_TYPE, MULTIPART_TYPE, STREAM_TYPE, type StreamType } from './accept.ts';
import type { HeaderList } from './exchange.ts';

export interface Heartbeat {
  readonly text: string;
  /** The interval at which it is sent. */
  readonly every: keyof HeartbeatIntervals;
}

export interface HeartbeatIntervals {
  /** The time between two comments of a stream of server-sent events. */
  readonly pingIntervalMs: number;
  /** The time between two heartbeats of Apollo's multipart protocol. */
  readonly heartbeatIntervalMs: number;
}

/** How a protocol writes a stream of results into the body of a response. */
export interface Framing {
  readonly headers: HeaderList;
  /** Sent with the head of the response. */
  readonly opening: string;
  /** Keeps a quiet connection alive. Null if the protocol has no sign of life. */
  readonly heartbeat: Heartbeat | null;
  result(result: ExecutionResult): string;
  /** A result without data: the stream itself has failed, and ends after it. */
  failure(result: ExecutionResult): string;
  readonly ending: string;
}

/**
 * These keep events flowing through proxies: no buffering (nginx heeds `X-Accel-Buffering`), and no
 * compression, which would hold events back until a block is full. No cache keeps them: they tell of one
 * client's photos.
 */
const FLOWING = ['Cache-Control', 'private, no-store, no-transform', 'X-Accel-Buffering', 'no'];

/** A comment: some browsers tell a page of a stream only once something has come. */
const COMMENT = ':\n\n';

/** The protocol of graphql-sse, in its mode of distinct connections. */
const serverSentEvents: Framing = {
  headers: ['Content-Type', STREAM_TYPE, ...FLOWING],
  opening: COMMENT,
  heartbeat: { text: COMMENT, every: 'pingIntervalMs' },
  result: eventOf,
  failure: eventOf,
  ending: 'event: complete\ndata:\n\n',
};

function eventOf(result: ExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

/**
 * Parts whose delimiter comes right after them, not before the next one. A reader knows that a part is whole
 * only once it sees the delimiter, and the next part may be a minute away.
 */
function partsWithin(boundary: string) {
  const delimiter = `\r\n--${boundary}`;
  return {
    delimiter,
    part: (json: string, head: string) => `\r\n${head}\r\n\r\n${json}${delimiter}`,
    ending: '--\r\n',
  };
}

const { delimiter, part, ending } = partsWithin('graphql');

function payloadPart(message: object): string {
  return part(JSON.stringify(message), 'Content-Type: application/json');
}

const APOLLO_HEARTBEAT = payloadPart({});

/**
 * Apollo's multipart protocol for subscriptions
 * (https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol).
 */
const apolloMultipart: Framing = {
  headers: [
    'Content-Type',
    `${MULTIPART_TYPE};boundary="graphql";subscriptionSpec=1.0`,
    ...FLOWING,
  ],
  opening: delimiter + APOLLO_HEARTBEAT,
  heartbeat: { text: APOLLO_HEARTBEAT, every: 'heartbeatIntervalMs' },
  result: (result) => payloadPart({ payload: result }),
  failure: ({ errors }) => payloadPart({ payload: null, errors }),
  ending,
};

const incremental = partsWithin('-');

/**
 * GraphQL over HTTP's incremental delivery. It has no sign of life: readers take every part for a result.
 * (https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md)
 */
const incrementalDelivery: Framing = {
  headers: ['Content-Type', `${MULTIPART_TYPE}; boundary="-"`, ...FLOWING],
  opening: incremental.delimiter,
  heartbeat: null,
  result: jsonPart,
  failure: jsonPart,
  ending: incremental.ending,
};

function jsonPart(result: ExecutionResult): string {
  const json = JSON.stringify(result);
  const length = Buffer.byteLength(json);
  return incremental.part(
    json,
    `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${length}`,
  );
}

/** The framing of each type of a stream. */
export const FRAMINGS: Readonly<Record<StreamType, Framing>> = {
  [STREAM_TYPE]: serverSentEvents,
  [APOLLO_TYPE]: apolloMultipart,
  [MULTIPART_TYPE]: incrementalDelivery,
};
