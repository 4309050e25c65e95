import { abortable } from '../../common/bounded.ts';
import { ConfigError } from '../../config/config.ts';
import type { Session } from '../store/postgres/database.ts';
import { sql } from '../store/postgres/sql.ts';
import type { PhotoRevision } from '../watching/photo-revision.ts';
import { createBatcher } from '../../common/batcher.ts';
import { startListener, type ListenerOptions } from './listener.ts';
import { CHANNEL, failureMessage, parseMessage, type Message } from './messages.ts';

/** What the nodes of a fleet tell each other. */
export interface Announcements {
  /** Tells all nodes that whoever waits for the photo must look at it again. */
  settled(photo: PhotoRevision): void;
  /** Tells all nodes of a failure that ends the wait for the photo. */
  failed(photo: PhotoRevision, error: unknown): void;
  /** Has what is announced told to one follower; null for none. */
  follow(follower: Follower | null): void;
  close(): Promise<void>;
}

export interface Follower {
  readonly onMessage: (message: Message) => void;
  /** Called when messages may have been missed. */
  readonly onGap: () => void;
}

export interface AnnouncementsOptions extends Omit<
  ListenerOptions,
  'channel' | 'onPayload' | 'onListeningAgain'
> {
  readonly database: Session;
  /** How long the first notification may take, in milliseconds. @default 10_000 */
  readonly helloTimeoutMs?: number;
}

const CLOSE_TIMEOUT_MS = 1000;

/**
 * Follows what is announced, once it resolves.
 * @throws ConfigError with one line if notifications do not arrive.
 */
export async function startAnnouncements(options: AnnouncementsOptions): Promise<Announcements> {
  const { database, log, helloTimeoutMs = 10_000 } = options;
  const hello = crypto.randomUUID();
  const heard = Promise.withResolvers<void>();
  let follower: Follower | null = null;
  const told = createBatcher(tell);
  const listener = await startListener({
    ...options,
    channel: CHANNEL,
    onPayload(payload) {
      if (payload === hello) heard.resolve();
      const message = parseMessage(payload);
      if (message !== null) follower?.onMessage(message);
    },
    onListeningAgain: () => follower?.onGap(),
  });

  await requireNotifications().catch(async (error: unknown) => {
    await listener.close();
    throw error;
  });

  /** Through some poolers nothing is ever heard, and nobody would be told that a photo is ready. */
  async function requireNotifications(): Promise<void> {
    // Not a message: other nodes pass over it.
    await database.query(sql`SELECT pg_notify(${CHANNEL}, ${hello})`);
    await abortable(heard.promise, AbortSignal.timeout(helloTimeoutMs)).catch(() => {
      throw new ConfigError(
        'DATABASE_URL leads to a database whose notifications do not arrive: connect directly, or through a ' +
          'pooler that keeps a connection for a session',
      );
    });
  }

  async function tell(messages: readonly Message[]): Promise<void> {
    const payloads = messages.map((message) => JSON.stringify(message));
    try {
      await database.query(sql`
        SELECT pg_notify(${CHANNEL}, payload) FROM unnest(${payloads}::text[]) AS payload`);
    } catch (error) {
      // A foreign id that is still waited for is polled again, and what came of an upload is stored.
      log.warn({ err: error }, 'The other nodes could not be told what came of a photo');
    }
  }

  async function close(): Promise<void> {
    const ended = told.settled();
    await abortable(ended, AbortSignal.timeout(CLOSE_TIMEOUT_MS)).catch(() => undefined);
    await listener.close();
  }

  return {
    settled: ({ id, revision }) => told.add({ kind: 'changed', id, revision, status: 'READY' }),
    failed: (photo, error) => told.add(failureMessage(photo, error)),
    follow: (next) => void (follower = next),
    close,
  };
}
