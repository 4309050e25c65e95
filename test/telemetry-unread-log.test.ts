import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { spawnUnread, type UnreadGateway } from './support/unread-log.ts';

/** The lines that `SIGHUP` causes: 3.6 MB, more than a pipe and the 1 MiB of waiting lines can hold. */
const LINES = 400;

async function ask({ endpoint }: UnreadGateway, requests: number) {
  for (let left = requests; left > 0; left -= 1) await (await fetch(`${endpoint}?query=x`)).text();
}

async function serves({ endpoint }: UnreadGateway) {
  expect((await fetch(new URL('/health', endpoint))).status).toBe(200);
  const file = await readFixture('landscape-small.jpg');
  const sent = await sendFile({ endpoint }, UploadPhotoDocument, { file, repairType: 'REPAIR' });
  expect(dataOf(sent).uploadPhoto.status).toBe('PROCESSING');
}

const logLine = z.looseObject({
  level: z.number(),
  msg: z.string(),
  printed: z.string().optional(),
  droppedLines: z.number().optional(),
});

function linesOf(log: string) {
  return log
    .trimEnd()
    .split('\n')
    .map((line) => logLine.parse(JSON.parse(line)));
}

describe.each(['pipe', 'socket'] as const)('a log into a %s that nobody reads', (kind) => {
  test('blocks nothing, and reports how many lines were dropped once it is read', async () => {
    await using gateway = await spawnUnread(kind);
    gateway.process.kill('SIGHUP');
    await serves(gateway);
    const reading = gateway.readLog();
    await serves(gateway);
    const exited = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    const lines = linesOf(await reading);
    const dropped = lines.reduce((sum, { droppedLines = 0 }) => sum + droppedLines, 0);
    expect(dropped).toBeGreaterThan(0);
    const printed = lines.filter((line) => line.printed?.startsWith('line '));
    expect(printed.length + dropped).toBeGreaterThanOrEqual(LINES);
    expect(printed.length).toBeGreaterThan(100);
  });

  test('prevents neither a stop of the gateway nor its end by a crash', async () => {
    for (const [signal, code] of [['SIGTERM', 0] as const, ['SIGUSR2', 1] as const]) {
      await using gateway = await spawnUnread(kind);
      gateway.process.kill('SIGHUP');
      await ask(gateway, 1);
      const exited = once(gateway.process, 'exit');
      gateway.process.kill(signal);
      expect(await exited).toEqual([code, null]);
    }
  });

  test('blocks nothing if its reader dies', async () => {
    await using gateway = await spawnUnread(kind);
    gateway.leaveLog();
    await ask(gateway, 20);
    await serves(gateway);
    const exited = once(gateway.process, 'exit');
    gateway.process.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});

test.each(['pipe', 'socket', 'file'] as const)(
  'a log into a %s has every line before a crash, with the output of libraries, and no secret',
  async (kind) => {
    await using gateway = await spawnUnread(kind);
    await ask(gateway, 20);
    const exited = once(gateway.process, 'exit');
    const reading = kind === 'file' ? exited.then(() => gateway.readLog()) : gateway.readLog();
    gateway.process.kill('SIGUSR2');
    expect(await exited).toEqual([1, null]);
    const log = await reading;
    const lines = linesOf(log);
    expect(lines.filter(({ msg }) => msg === 'A request was answered')).toHaveLength(20);
    const printed = lines.flatMap((line) => line.printed ?? []);
    expect(printed).toHaveLength(101);
    expect(printed.at(0)).toBe('an error of a library');
    expect(printed.at(-1)).toMatch(/^line 99 x+$/);
    expect(lines.slice(-2)).toMatchObject([
      { level: 40, err: { message: 'a warning of a library' } },
      { level: 60, err: { message: 'a crash with [secret] in it' } },
    ]);
    expect(log).not.toContain('pgk_');
  },
);
