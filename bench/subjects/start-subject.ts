import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { openConnection } from '../driver/connection.ts';
import { usageOf } from '../measure/process-usage.ts';
import { account } from '../provider/token.ts';
import { makeFolder, startProcess, type StartedProcess } from '../run/processes.ts';
import { commandOf } from './commands.ts';
import { nginxConfiguration } from './nginx-configuration.ts';
import type { Subject, SubjectName, SubjectOptions } from './subject.ts';

const NGINX = '/usr/sbin/nginx';

/** Starts a server in a process of its own, and resolves when it serves. */
export async function startSubject(name: SubjectName, options: SubjectOptions): Promise<Subject> {
  const folder = makeFolder();
  const started =
    name === 'nginx' ? await startNginx(folder, options) : await startNode(name, folder, options);
  const { process: running, endpoint } = started;
  return {
    endpoint,
    pid: running.pid,
    usage: usageOf(running.pid),
    fileScalar: name === 'yoga' ? 'File' : 'Upload',
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

interface Serving {
  readonly process: StartedProcess;
  readonly endpoint: URL;
}

/** Starts a server that prints its address when it serves. What it logs goes into a file. */
async function startNode(
  name: Exclude<SubjectName, 'nginx'>,
  folder: string,
  { providerUrl, settings }: SubjectOptions,
): Promise<Serving> {
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w');
  const { program, args, cwd } = commandOf(name);
  const running = startProcess(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', log],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      PORT: '0',
      DATA_DIR: join(folder, 'data'),
      ...(providerUrl !== null && {
        PHOTO_API_URL: providerUrl,
        PHOTO_THIRD_CODE: account.thirdCode,
        PHOTO_SECRET_KEY: account.secretKey,
      }),
      ...settings,
    },
  });
  closeSync(log);
  const { stdout } = running.child;
  if (stdout === null) throw new Error(`${name} has no output`);
  // The output ends without a line if the server does not start.
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const line = String((await lines.next()).value);
  const endpoint = /http:\S+\/graphql/.exec(line)?.[0];
  if (endpoint === undefined) throw new Error(`${name}: ${line} ${readFileSync(logFile, 'utf8')}`);
  return { process: running, endpoint: new URL(endpoint) };
}

async function startNginx(folder: string, { providerUrl }: SubjectOptions): Promise<Serving> {
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfiguration(folder, port, providerUrl ?? ''));
  const running = startProcess(NGINX, ['-c', file, '-p', folder, '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const endpoint = new URL(`http://127.0.0.1:${port}/graphql`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const connection = await openConnection(endpoint);
      connection[Symbol.dispose]();
      return { process: running, endpoint };
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(20);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
