import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { startProcess } from '../run/processes.ts';
import { report, serving, type Order, type ProviderReport } from './messages.ts';
import type { ProcessingTimes } from './photo-book.ts';

/** The fake provider in a process of its own. */
export interface ProviderProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** How long the photos take that are uploaded from now on. @default never ready */
  setTimes(times: ProcessingTimes): Promise<void>;
  /** What it was asked so far, and its photos. */
  report(): Promise<ProviderReport>;
}

export async function startProvider(bytesPerSecond = Infinity): Promise<ProviderProcess> {
  const {
    child,
    pid,
    [Symbol.asyncDispose]: stop,
  } = startProcess(
    process.execPath,
    [fileURLToPath(new URL('main.ts', import.meta.url)), `--bytes-per-second=${bytesPerSecond}`],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
  );

  async function hear<Type>(schema: z.ZodType<Type>): Promise<Type> {
    const said: readonly unknown[] = await once(child, 'message');
    return schema.parse(said[0]);
  }
  function say(said: Order) {
    child.send(said);
  }

  const { url } = await hear(serving);
  return {
    url,
    pid,
    async setTimes(times) {
      say({ times });
      await once(child, 'message');
    },
    report() {
      say({ report: true });
      return hear(report);
    },
    [Symbol.asyncDispose]: stop,
  };
}
