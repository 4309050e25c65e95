import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { caseGroups } from '../packages/audit/cases/groups.ts';
import { parseOptions } from '../packages/audit/options.ts';
import { runAudit } from '../packages/audit/run-audit.ts';
import type { CaseResult } from '../packages/audit/run-cases.ts';
import { runCommand, startBadServer } from './support/audit-command.ts';
import { startGateway } from './support/start-gateway.ts';

const cases = caseGroups.flatMap((group) => group.cases);
/** Timeouts that are enough for a server on loopback. */
const SHORT_TIMEOUTS = ['--timeout', '1000', '--stall-timeout', '500', '--stream-timeout', '1500'];

/** How many uploads the bad server has carried out, by its own count. */
async function uploadsAt({ url }: { readonly url: string }): Promise<number> {
  const response = await fetch(`${url}?query={uploads}`);
  return z.object({ data: z.object({ uploads: z.number() }) }).parse(await response.json()).data
    .uploads;
}

function audit(args: readonly string[]) {
  const options = parseOptions(args);
  if (options === null) throw new Error('these arguments ask for help');
  return runAudit(options);
}

test('every case has an id of its own', () => {
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});

describe('the gateway', () => {
  let results: readonly CaseResult[] = [];
  let charged = 0;

  beforeAll(async () => {
    // Long enough for a subscriber to be kept waiting until a comment comes.
    await using gateway = await startGateway({}, { processingTimeMs: 14_000 });
    const before = gateway.simulator.uploadsLeft;
    const report = await audit([gateway.endpoint]);
    results = report.results;
    charged = before - gateway.simulator.uploadsLeft;
  }, 120_000);

  test.each(cases.filter(({ id }) => id !== 'upload-nested' && id !== 'upload-list'))(
    '$id: $sentence',
    ({ id }) => {
      expect(results.find((result) => result.id === id)).toMatchObject({ verdict: 'passed' });
    },
  );

  test('is charged for one upload', () => {
    expect(charged).toBe(1);
  });
});

describe('a bad server', () => {
  const faults = {
    'upload-single': 'passed',
    'fields-map-no-json': 'failed',
    'map-over-value': 'failed',
    'map-text-for-file': 'failed',
    'type-case': 'failed',
    'file-oversize': 'failed',
    'unread-invalid': 'failed',
    'cut-file': 'failed',
    'stall-operations': 'failed',
    'smuggle-query-text': 'failed',
    'cross-site-form': 'failed',
    'get-mutation': 'failed',
    'batch-long': 'failed',
    'accept-graphql-response': 'failed',
    'sse-events': 'failed',
    'sse-data': 'failed',
    'sse-complete': 'not applicable',
    'sse-headers': 'failed',
    'sse-coding': 'failed',
    'sse-query': 'failed',
    'inherited-by-objects': 'failed',
  } as const;
  let verdicts: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    await using server = await startBadServer();
    const { results } = await audit([server.url, ...SHORT_TIMEOUTS, '--max-uploads', '100']);
    verdicts = Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]));
  }, 120_000);
  test.each(Object.entries(faults))('%s: %s', (id, verdict) => {
    expect(verdicts[id]).toBe(verdict);
  });
});

describe('the command', () => {
  test('exits with 1 and names the faults that it finds', async () => {
    await using server = await startBadServer();
    const only = ['--only', 'upload-single,cross-site-form,twice-operations'];
    const { exitCode, stdout } = await runCommand([server.url, ...only]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/passed +must +upload-single/);
    expect(stdout).toMatch(/FAILED +hostile +cross-site-form/);
    expect(stdout).toContain('GHSA-2p3c-p3qw-69r4');
    expect(stdout).toContain('1 passed, 2 failed (0 must, 1 should, 1 hostile)');
  });

  test('exits with 0 if nothing failed, or only recommendations', async () => {
    await using server = await startBadServer();
    const only = ['--only', 'upload-single,twice-operations'];
    const { exitCode, stdout } = await runCommand([server.url, '--json', ...only]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      url: server.url,
      sound: true,
      uploads: 1,
      cases: [
        { id: 'upload-single', verdict: 'passed' },
        { id: 'twice-operations', verdict: 'failed', severity: 'should' },
      ],
    });
  });

  test('makes no more uploads than allowed', async () => {
    await using server = await startBadServer();
    const only = ['--only', 'upload-single,file-empty,map-text-for-file,cut-file'];
    const { stdout } = await runCommand([server.url, '--json', '--max-uploads', '2', ...only]);
    expect(JSON.parse(stdout)).toMatchObject({ uploads: 2 });
    expect(await uploadsAt(server)).toBe(2);
    expect(stdout).toContain('might be upload 3, and --max-uploads is 2');
  });

  test('runs nothing more once the server is down', async () => {
    await using server = await startBadServer({ fragile: true });
    const only = ['--only', 'upload-single,fields-map-no-json,map-empty-path'];
    const { exitCode, stdout } = await runCommand([server.url, '--json', ...only]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      cases: [
        { id: 'upload-single', verdict: 'passed' },
        { id: 'fields-map-no-json', verdict: 'failed', severity: 'hostile', fatal: true },
        { id: 'map-empty-path', verdict: 'not run' },
      ],
    });
  });

  test('uses what the user says about a server that hides its schema', async () => {
    await using server = await startBadServer({ secretive: true });
    const only = ['--only', 'upload-single'];
    expect(await runCommand([server.url, ...only])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--mutation'),
    });
    const named = [
      '--mutation',
      'upload',
      '--file-argument',
      'picture',
      '--arguments',
      'size: SMALL',
    ];
    const result = await runCommand([server.url, ...only, ...named, '--selection', '{ id }']);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each([
    [['http://192.0.2.1/graphql'], '--anywhere'],
    [['http://127.0.0.1:1/graphql'], 'ECONNREFUSED'],
    [['ftp://127.0.0.1/'], 'URL must be an http or https address'],
    [['http://127.0.0.1/', '--max-uploads', 'many'], '--max-uploads must be a whole number'],
    [['http://127.0.0.1/', '--header', 'nothing'], '--header must be of the form'],
    [['http://127.0.0.1/', '--only', 'nothing'], 'There is no case nothing'],
    [['http://127.0.0.1/', '--nothing'], '--nothing'],
    [['http://127.0.0.1/', '--only', ''], 'There is no case'],
    [[], 'Name one URL'],
  ])('exits with 2 and says why: %o', async (args, why) => {
    expect(await runCommand(args)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(why),
    });
  });

  test('warns in its help that uploads may cost money', async () => {
    const { exitCode, stdout } = await runCommand(['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('UPLOADS MAY COST MONEY');
  });
});
