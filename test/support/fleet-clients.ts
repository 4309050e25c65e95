import { setTimeout as delay } from 'node:timers/promises';
import { print } from 'graphql';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { GatewayError } from '../../examples/gateway-error.ts';
import { untilEvent } from '../../examples/until-event.ts';
import {
  PhotoReadyDocument,
  UploadPhotoDocument,
  type PhotoReadySubscription,
} from '../../schema/typed/graphql.ts';
import { dataOf, failureOf, sendFile, type Result } from './graphql-client.ts';

/** What a client does through a load balancer whose gateways come and go. */

interface Target {
  readonly endpoint: string;
}

type Event = Result<PhotoReadySubscription>;

const RETRY_AFTER_MS = 100;
const query = print(PhotoReadyDocument);

export interface KeyedUpload {
  readonly file: Blob;
  /** The idempotency key, and the request id. */
  readonly key: string;
}

/**
 * Uploads a photo, and repeats that under the same key until it is decided.
 * @returns the photo's id; null if its outcome is lost with a gateway.
 */
export async function uploadUntilDecided(
  target: Target,
  { file, key }: KeyedUpload,
): Promise<string | null> {
  const variables = { file, repairType: 'REPAIR', idempotencyKey: key } as const;
  for (;;) {
    const headers = { 'x-request-id': key };
    // The gateway was killed, or none could be reached.
    const result = await sendFile(target, UploadPhotoDocument, variables, headers).catch(
      () => null,
    );
    if (result !== null && !result.errors) return dataOf(result).uploadPhoto.id;
    const failure = result && failureOf(result);
    if (failure?.['code'] === 'UPLOAD_OUTCOME_UNKNOWN') return null;
    if (failure !== null && failure['retryable'] !== true) throw new Error(JSON.stringify(failure));
    const waitMs = failure?.['retryAfterMs'];
    await delay(typeof waitMs === 'number' ? waitMs : RETRY_AFTER_MS);
  }
}

/** All events of a photo, over server-sent events, with a subscription after each cut. */
export function eventsByEventStream(
  { endpoint }: Target,
  { id, requestId }: { readonly id: string; readonly requestId: string },
): Promise<readonly Event[]> {
  return untilEvent(async () => {
    const headers = { 'x-request-id': requestId };
    const client = createEventStreamClient({ url: endpoint, headers, retryAttempts: 0 });
    const events: Event[] = [];
    for await (const event of client.iterate<PhotoReadySubscription>({ query, variables: { id } }))
      if (event.errors) throw new GatewayError(event.errors);
      else events.push(event);
    if (events.length === 0) throw new Error('The stream ended without an event');
    return events;
  });
}

export interface WebSocketClient extends AsyncDisposable {
  /** All events of a photo. The client subscribes again by itself after each cut. */
  events(id: string): Promise<readonly Event[]>;
}

/** One WebSocket for many subscriptions. */
export function connectWebSocket({ endpoint }: Target, requestId: string): WebSocketClient {
  class NamedWebSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { 'x-request-id': requestId } });
    }
  }
  const client = createWebSocketClient({
    url: endpoint.replace('http', 'ws'),
    webSocketImpl: NamedWebSocket,
    shouldRetry: () => true,
    retryAttempts: 30,
  });
  return {
    events: (id) => allOf(client.iterate<PhotoReadySubscription>({ query, variables: { id } })),
    [Symbol.asyncDispose]: async () => {
      await client.dispose();
    },
  };
}

async function allOf(stream: AsyncIterable<Event>): Promise<readonly Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event);
  return events;
}
