import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../../common/errors.ts';

/** Automatic persisted queries: documents that clients have sent once and name by their hash from then on. */
export interface PersistedQueries {
  /** @throws GatewayError if there is none. The client then sends the text beside the hash. */
  textOf(hash: string): string;
  /**
   * Keeps a text that was sent beside its hash.
   * @throws GatewayError if it has another hash.
   */
  keep(hash: string, text: string): void;
}

export interface PersistedQueriesOptions {
  /** Whether any are kept. */
  readonly enabled: boolean;
  /** The most memory that texts take. @default 4194304 */
  readonly maxBytes?: number;
}

const BYTES_PER_CHARACTER = 2;
/** The hash, and what the cache itself needs. */
const BYTES_PER_ENTRY = 400;

/**
 * The texts are limited by the memory that they take, and no text may displace more than a sixteenth of
 * them. Which client sent a text does not matter: its hash says what it is.
 */
export function createPersistedQueries(options: PersistedQueriesOptions): PersistedQueries {
  const { enabled, maxBytes = 4_194_304 } = options;
  const texts = new LRUCache<string, string>({
    maxSize: maxBytes,
    maxEntrySize: maxBytes / 16,
    sizeCalculation: (text) => BYTES_PER_CHARACTER * text.length + BYTES_PER_ENTRY,
  });

  return {
    textOf(hash) {
      if (!enabled) throw notSupported();
      const text = texts.get(hash);
      if (text === undefined) throw notFound();
      return text;
    },
    keep(hash, text) {
      if (!enabled || texts.get(hash) === text) return;
      if (createHash('sha256').update(text).digest('hex') !== hash) throw mismatch();
      texts.set(hash, text);
    },
  };
}

/** Clients know these two by their messages, which Apollo's protocol fixes. */
function notFound() {
  return new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
}

function notSupported() {
  return new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
}

function mismatch() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'The hash in extensions.persistedQuery.sha256Hash is not that of the query: it must be the SHA-256 of its text, in lower-case hexadecimal.',
  );
}
