import { randomBytes } from 'node:crypto';
import type { RepairType } from './order.ts';

export interface SimulatorOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes any free port. @default the port that it had last in its `directory`, else 0 */
  readonly port?: number;
  /**
   * The public address of its pictures, such as `http://simulator:4100`.
   * @default the address it listens on
   */
  readonly publicUrl?: string;
  /** The customer's identifier. @default 'demo' */
  readonly thirdCode?: string;
  /** The key that signs tokens. @default a new one at every start */
  readonly secretKey?: string;
  /**
   * The folder in which it keeps pictures, port and balance over a restart, even if it is killed. Nothing else
   * may be in it, and one simulator may use it at a time.
   * @default a temporary folder, which is deleted at the end
   */
  readonly directory?: string;
  /** Called while it starts, if it cannot continue where it ended. @default none */
  readonly onWarning?: (message: string, error: unknown) => void;
  /** Number of paid uploads. @default what was left in its `directory`, else 100 */
  readonly uploads?: number;
  /**
   * Minimum processing time of a picture, in milliseconds; the work itself may take longer. A
   * function is called once for each accepted upload. `Infinity` waits for `finish`.
   * @default 2500-4500, by repair type
   */
  readonly processingTimeMs?: number | ((repairType: RepairType, random: () => number) => number);
  /** Random number from 0 up to 1, for the processing time. @default Math.random */
  readonly random?: () => number;
  /** How long a picture is kept after it is ready, in milliseconds. @default one hour */
  readonly keepForMs?: number;
  /** Largest difference between a token's time and `now`, in milliseconds. @default five minutes */
  readonly tokenMaxAgeMs?: number;
  /**
   * The current time, used for tokens, expiry and the `Date` header, but not for timers.
   * @default Date.now
   */
  readonly now?: () => number;
  /** Largest accepted file; exactly this size passes. @default 30 MiB */
  readonly maxFileSizeBytes?: number;
  /**
   * How long a client may continue to send after an early response, in milliseconds.
   * `maxFileSizeBytes` limits the amount.
   * @default 5000
   */
  readonly drainTimeoutMs?: number;
  /**
   * Pictures with more pixels are abnormal. This is checked before they are decoded.
   * @default 50 million
   */
  readonly maxPixels?: number;
  /** Concurrency limit for restoring pictures. @default 1 */
  readonly concurrency?: number;
  /**
   * Capacity of the queue of pictures to restore. If it is full, an upload fails with 9006.
   * @default 100
   */
  readonly maxQueued?: number;
  /** Capacity for stored pictures. If it is full, an upload fails with 9006. @default 1000 */
  readonly maxPictures?: number;
  /**
   * Whether the same bytes with the same order get the same `mdf` while the first is stored. The
   * provider's document leaves this open. Each upload is charged either way.
   * @default false
   */
  readonly sameMdfForSameBytes?: boolean;
}

export type Settings = Required<Omit<SimulatorOptions, 'publicUrl' | 'directory'>>;

const USUAL_TIME_MS: Readonly<Record<RepairType, number>> = {
  sr: 2500,
  'sr,repair': 3000,
  'sr,repair,colour': 3500,
  bg: 2500,
};

export function withDefaults(options: SimulatorOptions): Settings {
  return {
    host: '127.0.0.1',
    port: 0,
    thirdCode: 'demo',
    secretKey: randomBytes(16).toString('hex'),
    uploads: 100,
    onWarning: () => undefined,
    processingTimeMs: (repairType, random) => USUAL_TIME_MS[repairType] + 1000 * random(),
    random: Math.random,
    keepForMs: 3_600_000,
    tokenMaxAgeMs: 300_000,
    now: Date.now,
    maxFileSizeBytes: 31_457_280,
    drainTimeoutMs: 5000,
    maxPixels: 50_000_000,
    concurrency: 1,
    maxQueued: 100,
    maxPictures: 1000,
    sameMdfForSameBytes: false,
    ...options,
  };
}
