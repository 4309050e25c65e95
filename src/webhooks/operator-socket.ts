import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../common/log.ts';
import { operatorCommand, operatorResult, type OperatorCommand } from './operator-commands.ts';
import type { OperatorResult } from './operator-commands.ts';

/** Where a gateway that has the store of this folder for itself takes commands. */
export const socketPathIn = (directory: string) => join(directory, 'webhooks.sock');

export interface OperatorSocketOptions {
  readonly path: string;
  readonly run: (command: OperatorCommand) => Promise<OperatorResult>;
  readonly log: Pick<Log, 'warn'>;
}

const MAX_BYTES = 65_536;
const TIMEOUT_MS = 30_000;

/** An answer: the result, or why there is none. */
export const socketAnswer = z.union([
  z.strictObject({ result: operatorResult }),
  z.strictObject({ error: z.string() }),
]);

/**
 * Takes commands of the operator on a socket of the file system, because nobody else can open the store.
 * Only the owner of the folder can connect. If it cannot be opened, that is logged, and there are no commands.
 */
export async function openOperatorSocket(options: OperatorSocketOptions): Promise<AsyncDisposable> {
  const { path, run, log } = options;
  const connections = new Set<Socket>();

  async function answer(text: string): Promise<z.infer<typeof socketAnswer>> {
    try {
      return { result: await run(operatorCommand.parse(JSON.parse(text))) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  async function serve(connection: Socket) {
    let text = '';
    for await (const chunk of connection.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > MAX_BYTES) throw new Error('The command is too long');
    }
    connection.end(JSON.stringify(await answer(text)));
  }

  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.setTimeout(TIMEOUT_MS, () => connection.destroy());
    serve(connection).catch(() => connection.destroy());
  });
  server.maxConnections = 4;

  try {
    // That of a process that was killed. Whoever has the store is alone.
    await rm(path, { force: true });
    server.listen(path);
    await once(server, 'listening');
    await chmod(path, 0o600);
  } catch (error) {
    log.warn({ err: error }, '`npm run webhooks` works only while this gateway is stopped');
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}
