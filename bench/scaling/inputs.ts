/** A number with its unit, and where it is from. */
export interface Input {
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  /** What measured it. Null where it is what the fleet is asked to bear, or a choice. */
  readonly measuredBy: string | null;
}

const FLEET = 'bench -- fleet';
const NOTIFY = 'bench -- notify';

const asked = (title: string, value: number, unit: string): Input => ({
  title,
  value,
  unit,
  measuredBy: null,
});
const measured = (title: string, value: number, unit: string, measuredBy = FLEET): Input => ({
  title,
  value,
  unit,
  measuredBy,
});

/** What the arithmetic of docs/scaling.md begins with. */
export const inputs = {
  uploads: asked('uploads', 1000, 'a second'),
  photo: asked('size of a photo', 3, 'MiB'),
  processing: asked('processing time', 6, 's'),
  subscribers: asked('subscribers that wait', 1_000_000, ''),
  busy: asked('share of a core that a gateway may use', 0.6, ''),
  connections: asked('`MAX_CONNECTIONS`', 50_000, ''),
  photoCpu: measured('CPU of a gateway per photo of 50 kB, upload to push', 23, 'ms'),
  gibCpu: measured('CPU of a gateway per GiB of uploads', 3.3, 's'),
  base: measured('memory of an idle gateway', 170, 'MiB'),
  subscriber: measured('memory of a subscriber (WebSocket)', 15, 'KiB', 'bench -- --only idle'),
  polls: measured('polls per photo, 3 to 9 s', 5.6, '', 'bench -- polling-gateway'),
  transactions: measured('transactions per photo with one gateway', 21, ''),
  idle: measured('transactions of an idle gateway', 2.7, 'a second'),
  databaseCpu: measured('CPU of PostgreSQL per photo', 12, 'ms'),
  notifies: measured('durable commits with NOTIFY, at most', 3400, 'a second', NOTIFY),
  quickNotifies: measured('other commits with NOTIFY, at most', 16_000, 'a second', NOTIFY),
} as const satisfies Record<string, Input>;

export type Inputs = Readonly<Record<keyof typeof inputs, Input>>;
