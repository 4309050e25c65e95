import type { Log } from '../../common/log.ts';

/**
 * Whether the archive accepts pictures, judged by the last one. The log gets one line for each
 * change.
 */
export interface ArchiveHealth {
  /** Why it accepts no pictures; null while it works. */
  readonly reason: string | null;
  succeeded(): void;
  failed(error: ArchiveError): void;
}

/** A picture could not be kept because of the archive, not because of the provider. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  /** Identifies the kind of failure. */
  readonly code: string;

  constructor(cause: unknown) {
    const code = codeOf(cause);
    super(SENTENCES.get(code) ?? `The archive cannot be written to (${textOf(cause)})`, { cause });
    this.code = code;
  }
}

/** Failures that an operator can fix. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'The disk of the archive is full'],
  ['EDQUOT', "The quota on the archive's disk is used up"],
  ['EROFS', 'The disk of the archive is read-only'],
]);

export function createArchiveHealth(log: Pick<Log, 'info' | 'error'>): ArchiveHealth {
  let failure: ArchiveError | null = null;

  function succeeded() {
    if (failure !== null) log.info({}, 'The archive can be written to again');
    failure = null;
  }

  function failed(error: ArchiveError) {
    const changed = failure?.code !== error.code;
    failure = error;
    if (!changed) return;
    const distribution = 'finished pictures are tried again until the provider deletes them';
    log.error({ err: error }, `${error.message}: ${distribution}`);
  }

  return {
    get reason() {
      return failure?.message ?? null;
    },
    succeeded,
    failed,
  };
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
