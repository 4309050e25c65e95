import { stringifyDocument } from '@urql/core';
import { createClient, type Client } from 'graphql-ws';
import {
  PhotosReadyDocument,
  type PhotosReadySubscription,
} from '../../../schema/typed/graphql.ts';
import { offline, type Failure } from './failure.ts';
import { readFailure } from './read-failure.ts';
import { waitToRetry } from './wait-to-retry.ts';

export interface ReadySocketOptions {
  /** The GraphQL endpoint, as `ws:` or `wss:`. */
  readonly url: string;
  readonly accessKey: () => string;
  /** Called when the connection is open, and when it was lost and is being reopened. */
  readonly onConnection: (connected: boolean) => void;
}

export interface ReadySink {
  ready(photo: PhotosReadySubscription['photosReady']): void;
  /** One photo failed, which `failure.photoId` names. The others go on. */
  failed(failure: Failure): void;
  /**
   * No more events follow. A photo without an event must still be watched, since the gateway is
   * restarting.
   */
  ended(failure: Failure | null): void;
}

export interface ReadySocket {
  /** Reports each of the photos when it is ready, until the returned function is called. */
  watch(ids: readonly string[], sink: ReadySink): () => void;
  close(): void;
}

const PING_MS = 12_000;
const PONG_MS = 6000;
/** The gateway's close code if the access key is missing or wrong. */
const FORBIDDEN = 4403;

/**
 * One WebSocket for all awaited photos, open while there are any. It is reopened for as long as it
 * takes. Subscriptions resume by themselves and miss nothing, since the gateway reports at once
 * what is ready.
 */
export function openReadySocket(options: ReadySocketOptions): ReadySocket {
  const { url, accessKey, onConnection } = options;
  const closing = new AbortController();
  let pong: ReturnType<typeof setTimeout> | undefined;

  const client: Client = createClient({
    url,
    connectionParams: () => (accessKey() === '' ? {} : { apiKey: accessKey() }),
    retryAttempts: Infinity,
    retryWait: (failures) => waitToRetry(failures, closing.signal),
    shouldRetry: (error) => !isForbidden(error),
    // A client that lost its network hears nothing, not even that. Only a missing pong shows it.
    keepAlive: PING_MS,
    on: {
      connected: () => onConnection(true),
      closed(event) {
        clearTimeout(pong);
        if (!isWanted(event) && !isForbidden(event)) onConnection(false);
      },
      ping(received) {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_MS);
      },
      pong: () => clearTimeout(pong),
    },
  });

  return {
    watch(ids, sink) {
      let left = false;
      const leave = client.subscribe<PhotosReadySubscription>(
        { query: stringifyDocument(PhotosReadyDocument), variables: { ids } },
        {
          next({ data, errors }) {
            if (data) sink.ready(data.photosReady);
            else sink.failed(readFailure(errors ?? []));
          },
          error: (error) => sink.ended(failureOfSocket(error)),
          complete() {
            if (!left) sink.ended(null);
          },
        },
      );
      return () => {
        left = true;
        leave();
      };
    },
    close() {
      closing.abort();
      clearTimeout(pong);
      void client.dispose();
    },
  };
}

function failureOfSocket(error: unknown): Failure {
  if (Array.isArray(error)) return readFailure(error);
  return isForbidden(error)
    ? { ...offline(error), code: 'UNAUTHENTICATED', retryable: false }
    : offline(error);
}

function isForbidden(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === FORBIDDEN;
}

/** Whether the socket was closed because nothing is awaited any more. */
function isWanted(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === 1000;
}
