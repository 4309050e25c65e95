import { describe, expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import {
  answers,
  startProviderStub,
  type StubAnswer,
  type StubCall,
} from './support/provider-stub.ts';
import { startWireServer } from './support/wire-server.ts';

function slot(list: PromiseWithResolvers<void>[], index: number) {
  return (list[index] ??= Promise.withResolvers<void>());
}

/** A provider that answers when the test says so, and reports each arriving call. */
async function startHeldProvider(answer: (call: StubCall, index: number) => StubAnswer) {
  const arrived: PromiseWithResolvers<void>[] = [];
  const released: PromiseWithResolvers<void>[] = [];
  const stub = await startProviderStub(async (call, index) => {
    slot(arrived, index).resolve();
    await slot(released, index).promise;
    return answer(call, index);
  });
  return {
    stub,
    arrived: (index: number) => slot(arrived, index).promise,
    release: (index: number) => slot(released, index).resolve(),
  };
}

describe('identical safe calls in flight share one request', () => {
  test.for([
    ['status', 'READY'],
    ['resultUrl', 'https://photo.example/static/out.jpg'],
  ] as const)('%s', async ([method, result]) => {
    const held = await startHeldProvider(() =>
      method === 'status' ? answers.status(200) : answers.resultUrl(),
    );
    await using stub = held.stub;
    await using provider = connectProvider(stub.url);
    const same = [provider[method]('a'), provider[method]('a'), provider[method]('a')];
    const other = provider[method]('b');
    await Promise.all([held.arrived(0), held.arrived(1)]);
    held.release(0);
    held.release(1);
    expect(await Promise.all([...same, other])).toEqual([result, result, result, result]);
    expect(stub.calls.map((call) => call.fields['mdf'])).toEqual(
      expect.arrayContaining(['a', 'b']),
    );
    expect(stub.calls).toHaveLength(2);
  });

  test('quota', async () => {
    await using stub = await startProviderStub(() => answers.quota(4));
    await using provider = connectProvider(stub.url);
    const both = await Promise.all([provider.quota(), provider.quota()]);
    expect(both.map(({ remaining }) => remaining)).toEqual([4, 4]);
    expect(stub.calls).toHaveLength(1);
  });

  test('and share its failure, after which a new one is sent', async () => {
    await using stub = await startProviderStub((_call, index) =>
      index === 0 ? answers.failure(9002) : answers.status(100),
    );
    await using provider = connectProvider(stub.url);
    const both = await Promise.allSettled([provider.status('a'), provider.status('a')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await provider.status('a')).toBe('PROCESSING');
    expect(stub.calls).toHaveLength(2);
  });
});

describe('a caller that gives up', () => {
  test('leaves the call to the others', async () => {
    const held = await startHeldProvider(() => answers.status(200));
    await using stub = held.stub;
    await using provider = connectProvider(stub.url);
    const controller = new AbortController();
    const first = provider.status('a', controller.signal);
    const second = provider.status('a');
    await held.arrived(0);
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    held.release(0);
    expect(await second).toBe('READY');
    expect(stub.calls).toHaveLength(1);
  });

  test('aborts the call if it is the last one', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using server = await startWireServer((socket) => {
      socket.once('data', () => arrived.resolve());
      socket.once('close', () => closed.resolve());
      socket.once('end', () => socket.end());
    });
    await using provider = connectProvider(server.url, { timeoutMs: 3_600_000 });
    const callers = [new AbortController(), new AbortController()];
    const calls = callers.map(({ signal }) => provider.status('a', signal));
    await arrived.promise;
    for (const caller of callers) caller.abort();
    for (const call of calls) await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await closed.promise;
  });

  test('lets the next one start a new call', async () => {
    const held = await startHeldProvider(() => answers.status(200));
    await using stub = held.stub;
    await using provider = connectProvider(stub.url);
    const controller = new AbortController();
    const first = provider.status('a', controller.signal);
    await held.arrived(0);
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    const second = provider.status('a');
    held.release(1);
    expect(await second).toBe('READY');
    expect(stub.calls).toHaveLength(2);
  });
});

describe('a quota', () => {
  test('is requested again when it is older than allowed, or from the future', async () => {
    await using stub = await startProviderStub((_call, index) => answers.quota(index));
    let nowMs = 1_800_000_000_000;
    await using provider = connectProvider(stub.url, { now: () => nowMs, quotaMaxAgeMs: 1000 });
    for (const [moveMs, remaining] of [
      [0, 0],
      [999, 0],
      [1, 1],
      [-1, 2],
    ] as const) {
      nowMs += moveMs;
      expect(await provider.quota()).toMatchObject({ remaining });
    }
  });

  test.for([
    ['succeeded', answers.uploaded()],
    ['failed', answers.failure(9006)],
  ] as const)('is requested again once an upload has %s', async ([, answer]) => {
    await using stub = await startProviderStub((call, index) =>
      call.path.endsWith('/upload') ? answer : answers.quota(index),
    );
    await using provider = connectProvider(stub.url, { quotaMaxAgeMs: 60_000 });
    expect(await provider.quota()).toMatchObject({ remaining: 0 });
    await provider.upload(uploadOf([Buffer.from('x')])).catch(() => undefined);
    expect(await provider.quota()).toMatchObject({ remaining: 2 });
    expect(await provider.quota()).toMatchObject({ remaining: 2 });
  });

  test('that was requested before an upload ended is not returned to later callers', async () => {
    const held = await startHeldProvider((call, index) =>
      call.path.endsWith('/upload') ? answers.uploaded() : answers.quota(100 - index),
    );
    await using stub = held.stub;
    await using provider = connectProvider(stub.url, { quotaMaxAgeMs: 60_000 });
    const before = provider.quota();
    await held.arrived(0);
    held.release(1);
    await provider.upload(uploadOf([Buffer.from('x')]));
    const after = provider.quota();
    await held.arrived(2);
    held.release(0);
    expect(await before).toMatchObject({ remaining: 100 });
    const joined = provider.quota();
    held.release(2);
    for (const quota of [after, joined, provider.quota()]) {
      expect(await quota).toMatchObject({ remaining: 98 });
    }
    expect(stub.calls).toHaveLength(3);
  });
});
