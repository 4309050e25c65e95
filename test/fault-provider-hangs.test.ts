import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { PhotoReadyDocument, QuotaDocument } from '../schema/typed/graphql.ts';
import { breakAndRestore, upload } from './support/fault-break-and-restore.ts';
import { startGatewayProcess } from './support/fault-gateway-process.ts';
import { endlessAnswer, FAULT_KINDS, slowAnswer } from './support/fault-kinds.ts';
import { startFaultyProvider } from './support/fault-provider.ts';
import { dataOf, failureOf, send } from './support/graphql-client.ts';
import { accountAt } from './support/listen.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';
import { startUnacceptingServer } from './support/wire-unaccepting-server.ts';

const MIB = 1024 * 1024;
const SHORT_TIMEOUTS = { UPSTREAM_TIMEOUT_MS: '2000', UPLOAD_TIMEOUT_MS: '4000' };
const hanging = Object.entries(FAULT_KINDS).filter(([, { code }]) => code === 'UPSTREAM_TIMEOUT');

describe.concurrent('errors, payments and recovery with a provider that', () => {
  test.for(hanging)('%s', async ([, { fault, code }]) => {
    const codes = await breakAndRestore(
      (provider) => void (provider.fault = fault),
      (provider) => void (provider.fault = null),
      SHORT_TIMEOUTS,
    );
    expect(codes).toEqual([code, code, code]);
  });

  test('answers slowly', async () => {
    await using provider = await startFaultyProvider();
    await using gateway = await startGatewayOf(provider.env);
    provider.fault = slowAnswer;
    dataOf(await send(gateway, QuotaDocument, {}));
    const { id } = dataOf(await upload(gateway, 'slow')).uploadPhoto;
    using client = subscribers['server-sent events'](gateway);
    const { value } = await client.subscribe(PhotoReadyDocument, { id }).next();
    expect(dataOf(value).photoReady).toMatchObject({ id, status: 'READY' });
    expect(provider.charges()).toBe(1);
  });

  test.for([
    ['has an unknown name', 'http://nobody.invalid', 'UPSTREAM_UNAVAILABLE'],
    ['opens no connection', null, 'UPSTREAM_TIMEOUT'],
  ] as const)('%s', async ([, address, code]) => {
    await using deaf = await startUnacceptingServer();
    const account = accountAt(address ?? deaf.url);
    await using gateway = await startGatewayOf({ ...account, ...SHORT_TIMEOUTS });
    expect(failureOf(await send(gateway, QuotaDocument, {}))).toMatchObject({ code });
    // Not a byte has gone to anyone.
    expect(failureOf(await upload(gateway, 'a'))).toMatchObject({ code, charged: false });
    expect(failureOf(await upload(gateway, 'a'))).toMatchObject({ code, charged: false });
  });
});

/** The peak memory of a process, in bytes. */
async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

test('answers of a hundred megabytes take no memory', async () => {
  await using provider = await startFaultyProvider();
  await using gateway = await startGatewayProcess(provider.env);
  const askAndUpload = (round: string) =>
    Promise.all(
      Array.from({ length: 20 }, async (_, index) => [
        await send(gateway, `{ photoStatus(id: "p${index}") { id } }`),
        await upload(gateway, `${round}-${index}`),
      ]),
    );
  await askAndUpload('healthy');
  const before = await peakBytes(gateway.pid);
  provider.fault = endlessAnswer;
  await askAndUpload('endless');
  expect(provider.charges()).toBe(40);
  expect((await peakBytes(gateway.pid)) - before).toBeLessThan(50 * MIB);
});
