import type { Log } from '../../common/log.ts';

/** Whether the archive takes pictures, as far as the last one told; one line in the log for each change. */
export interface ArchiveHealth {
  /** Why it takes none; null while it does. */
  readonly reason: string | null;
  succeeded(): void;
  failed(error: ArchiveError): void;
}

/** The archive, rather than the provider, is why a picture could not be kept. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  /** Tells one kind of trouble from another. */
  readonly code: string;

  constructor(cause: unknown) {
    const code = codeOf(cause);
    super(SENTENCES.get(code) ?? `The archive cannot be written to (${textOf(cause)})`, { cause });
    this.code = code;
  }
}

/** What an operator can do something about. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'The disk of the archive is full'],
  ['EDQUOT', "The quota on the archive's disk is used up"],
  ['EROFS', 'The disk of the archive is read-only'],
]);

export function createArchiveHealth(log: Pick<Log, 'info' | 'error'>): ArchiveHealth {
  let trouble: ArchiveError | null = null;

  function succeeded() {
    if (trouble !== null) log.info({}, 'The archive can be written to again');
    trouble = null;
  }

  function failed(error: ArchiveError) {
    const changed = trouble?.code !== error.code;
    trouble = error;
    if (!changed) return;
    const distribution = 'finished pictures are tried again until the provider deletes them';
    log.error({ err: error }, `${error.message}: ${distribution}`);
  }

  return {
    get reason() {
      return trouble?.message ?? null;
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
