import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The commands that start Node for each. The gateway starts as its `npm start` does it. */
const commands = {
  'photo-gateway': ['--max-semi-space-size=2', '../src/main.ts'],
  'plain Yoga': ['subjects/plain-yoga.ts'],
} as const;

export type SubjectName = keyof typeof commands;

export const subjectNames = [
  'photo-gateway',
  'plain Yoga',
] as const satisfies readonly SubjectName[];

export interface Subject extends AsyncDisposable {
  readonly endpoint: string;
  /** The current resident memory of the process, in bytes. */
  residentBytes(): Promise<number>;
  /** The peak resident memory of the process since its start, in bytes. */
  peakResidentBytes(): Promise<number>;
}

/**
 * Starts a server in its own process, in front of the provider at `providerUrl`, with further
 * settings.
 */
export async function startSubject(
  name: SubjectName,
  providerUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Subject> {
  const directory = await mkdtemp(join(tmpdir(), 'photo-gateway-bench-'));
  const child = spawn(process.execPath, commands[name], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      PORT: '0',
      LOG_LEVEL: 'error',
      ARCHIVE_URL: 'off',
      DATA_DIR: directory,
      PHOTO_API_URL: providerUrl,
      PHOTO_THIRD_CODE: 'bench',
      PHOTO_SECRET_KEY: 'bench',
      ...settings,
    },
  });
  const line = String(await once(createInterface(child.stdout), 'line'));
  const endpoint = /http:\S+\/graphql/.exec(line)?.[0];
  if (endpoint === undefined) throw new Error(`${name} printed: ${line}`);

  async function status(field: 'VmRSS' | 'VmHWM') {
    const text = await readFile(`/proc/${child.pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(text)?.[1]) * 1024;
  }

  return {
    endpoint,
    residentBytes: () => status('VmRSS'),
    peakResidentBytes: () => status('VmHWM'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
