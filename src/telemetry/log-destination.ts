import { write, writeSync } from 'node:fs';

/** Where the lines of the log go, for pino. No line ever holds up the process, whoever reads them or does not. */
export interface LogDestination {
  /**
   * Writes a line at once where that is possible, so that not even a crash loses it; else it waits. One for
   * which there is no room is dropped and counted.
   */
  write(line: string): void;
  /** Has `tell` called, with how many lines were dropped since the last time, once there is room again. */
  onDropped(tell: (lines: number) => void): void;
  /** Writes what waits before it returns: at the end of the process. What is not taken in time is lost. */
  flush(): void;
}

export interface LogDestinationOptions {
  /** An open file descriptor that does not block, or that of a file. */
  readonly descriptor: number;
  /** Whether writing may block, as to a file on a slow disk: it is then left to another thread. */
  readonly isFile: boolean;
  /** How much may wait. @default 1 MiB */
  readonly maxWaitingBytes?: number;
  /** @default 20 */
  readonly retryDelayMs?: number;
  /** Longest time that `flush` may take. @default 500 */
  readonly flushTimeoutMs?: number;
}

/** What is written in one piece: a line, or what is left of it; of a file, all lines that waited. */
interface Batch {
  readonly bytes: Buffer;
  readonly lines: number;
}

const MIB = 1024 * 1024;
const PAUSE_MS = 5;
const clock = new Int32Array(new SharedArrayBuffer(4));

export function createLogDestination(options: LogDestinationOptions): LogDestination {
  const { descriptor, isFile, maxWaitingBytes = MIB } = options;
  const { retryDelayMs = 20, flushTimeoutMs = 500 } = options;
  let waiting: Batch[] = [];
  let waitingBytes = 0;
  let droppedLines = 0;
  let tellDropped: ((lines: number) => void) | null = null;
  /** Whether somebody else will go on: a timer, or the thread that writes. */
  let busy = false;

  function enqueue(batch: Batch) {
    waiting.push(batch);
    waitingBytes += batch.bytes.length;
  }

  function take(): Batch | undefined {
    const batch = waiting.shift();
    waitingBytes -= batch?.bytes.length ?? 0;
    return batch;
  }

  function putBack(batch: Batch) {
    waiting.unshift(batch);
    waitingBytes += batch.bytes.length;
  }

  function onWritten(batch: Batch, writtenBytes: number) {
    if (writtenBytes < batch.bytes.length) {
      return putBack({ bytes: batch.bytes.subarray(writtenBytes), lines: batch.lines });
    }
    if (droppedLines > 0 && waitingBytes <= maxWaitingBytes / 2) {
      const lines = droppedLines;
      droppedLines = 0;
      tellDropped?.(lines);
    }
  }

  /** @returns whether it is worth while to go on at once. */
  function onFailed(batch: Batch, error: unknown): boolean {
    if (isPassing(error)) {
      putBack(batch);
      return false;
    }
    // Nobody reads any more, or the disk is full: the next line finds out whether that is still so.
    droppedLines += batch.lines;
    return true;
  }

  function writeNext(): boolean {
    const batch = take();
    if (batch === undefined) return false;
    try {
      onWritten(batch, writeSync(descriptor, batch.bytes));
      return true;
    } catch (error) {
      return onFailed(batch, error);
    }
  }

  function writeWaiting() {
    busy = true;
    while (writeNext());
    busy = false;
    if (waiting.length > 0) later();
  }

  function later() {
    busy = true;
    // What still waits when nothing else is left to do is flushed at the end of the process.
    setTimeout(goOn, retryDelayMs).unref();
  }

  function writeElsewhere() {
    const bytes = Buffer.concat(waiting.map((batch) => batch.bytes));
    const batch = { bytes, lines: waiting.reduce((sum, { lines }) => sum + lines, 0) };
    waiting = [];
    waitingBytes = 0;
    busy = true;
    write(descriptor, bytes, (error, writtenBytes) => {
      if (error === null) onWritten(batch, writtenBytes);
      const stuck = error !== null && !onFailed(batch, error);
      if (stuck) later();
      else goOn();
    });
  }

  function goOn() {
    busy = false;
    if (waiting.length === 0) return;
    if (isFile) writeElsewhere();
    else writeWaiting();
  }

  return {
    write(line) {
      const bytes = Buffer.from(line);
      if (waitingBytes > 0 && waitingBytes + bytes.length > maxWaitingBytes) {
        droppedLines += 1;
        return;
      }
      enqueue({ bytes, lines: 1 });
      if (!busy) goOn();
    },
    onDropped(tell) {
      tellDropped = tell;
    },
    flush() {
      busy = true;
      const endsAt = performance.now() + flushTimeoutMs;
      while (waiting.length > 0) {
        if (writeNext()) continue;
        if (performance.now() >= endsAt) return;
        Atomics.wait(clock, 0, 0, PAUSE_MS);
      }
    },
  };
}

function isPassing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
