import { fstatSync, write, writeSync } from 'node:fs';
import type { Secret } from '../common/secret.ts';
import { createScrubber } from './scrub.ts';

/** Where pino writes log lines. A line never blocks the process, whether or not anyone reads it. */
export interface LogDestination {
  /**
   * Takes a line, and writes it together with others within a few milliseconds if possible. Otherwise it
   * waits. If there is no room, it is dropped and counted. Only a process that is killed loses what waits:
   * see `flush`.
   */
  write(line: string): void;
  /** Hides these texts in all lines, besides what looks like a secret. */
  hide(secrets: readonly Secret[]): void;
  /**
   * Registers `report`. It is called when there is room again, with the number of lines dropped since its last
   * call.
   */
  onDropped(report: (lines: number) => void): void;
  /**
   * Writes all waiting lines before it returns; for the end of the process. Lines that cannot be written in
   * time are lost.
   */
  flush(): void;
}

export interface LogDestinationOptions {
  /** An open file descriptor: one that does not block, or one of a file. */
  readonly descriptor: number;
  /** Whether writing may block, as to a file on a slow disk. Another thread then does it. */
  readonly isFile: boolean;
  /** How many bytes may wait. @default 1 MiB */
  readonly maxWaitingBytes?: number;
  /** @default 20 */
  readonly retryDelayMs?: number;
  /** The longest time that `flush` may take, in milliseconds. @default 500 */
  readonly flushTimeoutMs?: number;
}

/** Bytes that are written together: some lines, or the rest of them. */
interface Batch {
  readonly bytes: Buffer;
  readonly lines: number;
}

const MIB = 1024 * 1024;
/** Each write costs as much as a query. So lines are gathered for this long, or up to this many bytes. */
const GATHERING_MS = 10;
const GATHERED_BYTES = 65_536;
const PAUSE_MS = 5;
const clock = new Int32Array(new SharedArrayBuffer(4));

export function createLogDestination(options: LogDestinationOptions): LogDestination {
  const { descriptor, isFile, maxWaitingBytes = MIB } = options;
  const { retryDelayMs = 20, flushTimeoutMs = 500 } = options;
  let scrub = createScrubber([]);
  /** Bytes, because strings that wait here would be moved by each collection of garbage meanwhile. */
  const gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  let gatheredBytes = 0;
  let gatheredLines = 0;
  let gathering: NodeJS.Timeout | null = null;
  let waiting: Batch[] = [];
  /** Of all lines that are not written yet. */
  let waitingBytes = 0;
  let droppedLines = 0;
  let reportDropped: ((lines: number) => void) | null = null;
  /** Whether a timer or the writing thread will continue. */
  let busy = false;
  /** The size of the file once the writing thread has finished; null if none is writing. */
  let writingTo: number | null = null;

  function gather(line: string, sizeBytes: number) {
    if (gatheredBytes + sizeBytes > GATHERED_BYTES) release();
    waitingBytes += sizeBytes;
    if (sizeBytes > GATHERED_BYTES) {
      enqueue(line, sizeBytes, 1);
      return release();
    }
    gatheredBytes += gathered.write(line, gatheredBytes);
    gatheredLines += 1;
    // The timer does not keep the process alive: `flush` writes what still waits when the process ends.
    gathering ??= setTimeout(release, GATHERING_MS).unref();
  }

  function enqueue(text: string, sizeBytes: number, lines: number) {
    const bytes = Buffer.from(scrub(text));
    waiting.push({ bytes, lines });
    waitingBytes += bytes.length - sizeBytes;
  }

  function enqueueGathered() {
    if (gathering !== null) clearTimeout(gathering);
    gathering = null;
    if (gatheredLines === 0) return;
    // All at once: while it runs hot, the scrubber takes a fraction of the time that it needs for single lines.
    enqueue(gathered.toString('utf8', 0, gatheredBytes), gatheredBytes, gatheredLines);
    gatheredBytes = 0;
    gatheredLines = 0;
  }

  function release() {
    enqueueGathered();
    if (!busy) resume();
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
      reportDropped?.(lines);
    }
  }

  /** @returns whether the next write should be tried immediately. */
  function onFailed(batch: Batch, error: unknown): boolean {
    if (isTransient(error)) {
      putBack(batch);
      return false;
    }
    // The reader has left, or the disk is full. The next line finds out whether that is still so.
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
    if (waiting.length > 0) resumeLater();
  }

  function resumeLater() {
    busy = true;
    setTimeout(resume, retryDelayMs).unref();
  }

  function writeInThread() {
    const bytes = Buffer.concat(waiting.map((batch) => batch.bytes));
    const batch = { bytes, lines: waiting.reduce((sum, { lines }) => sum + lines, 0) };
    waiting = [];
    waitingBytes -= bytes.length;
    busy = true;
    writingTo = fstatSync(descriptor).size + bytes.length;
    write(descriptor, bytes, (error, writtenBytes) => {
      writingTo = null;
      if (error === null) onWritten(batch, writtenBytes);
      const mustWait = error !== null && !onFailed(batch, error);
      if (mustWait) resumeLater();
      else resume();
    });
  }

  /** Found out by the file itself: the thread's callback never comes while this one is busy. */
  function isThreadWriting(): boolean {
    return writingTo !== null && fstatSync(descriptor).size < writingTo;
  }

  function resume() {
    busy = false;
    if (waiting.length === 0) return;
    if (isFile) writeInThread();
    else writeWaiting();
  }

  return {
    write(line) {
      const sizeBytes = Buffer.byteLength(line);
      if (waitingBytes > 0 && waitingBytes + sizeBytes > maxWaitingBytes) droppedLines += 1;
      else gather(line, sizeBytes);
    },
    hide(secrets) {
      scrub = createScrubber(secrets);
    },
    onDropped(report) {
      reportDropped = report;
    },
    flush() {
      enqueueGathered();
      busy = true;
      const endsAt = performance.now() + flushTimeoutMs;
      // What the thread writes comes first, and would be lost if the process ended before it.
      while (isThreadWriting() || waiting.length > 0) {
        if (!isThreadWriting() && writeNext()) continue;
        if (performance.now() >= endsAt) break;
        Atomics.wait(clock, 0, 0, PAUSE_MS);
      }
      while (writeNext());
    },
  };
}

function isTransient(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
