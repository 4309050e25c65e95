import type { Log } from '../../common/log.ts';

/** Counts originals, and tells the log when they begin to be missed, and when they are kept again. */
export interface OriginalsHealth {
  kept(count: number): void;
  /** Some could not be kept. @param count @default 1 */
  missed(error: unknown, count?: number): void;
  state(): OriginalsState;
}

export interface OriginalsState {
  /** Pictures kept as they were uploaded, since the start. */
  readonly kept: number;
  /** Pictures that could not be kept as they were uploaded, since the start. */
  readonly missed: number;
}

export function createOriginalsHealth(log: Pick<Log, 'info' | 'warn'>): OriginalsHealth {
  let kept = 0;
  let missed = 0;
  /** The kind of the last failure; null while they are kept. */
  let failing: string | null = null;

  return {
    kept(count) {
      kept += count;
      if (failing === null || count === 0) return;
      failing = null;
      log.info({}, 'Pictures are kept as they were uploaded again');
    },
    missed(error, count = 1) {
      missed += count;
      const kind = kindOf(error);
      if (kind === failing) return;
      failing = kind;
      log.warn({ err: error }, 'Pictures cannot be kept as they were uploaded; uploads go on');
    },
    state: () => ({ kept, missed }),
  };
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
