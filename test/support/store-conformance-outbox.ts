import { describe, expect, test } from 'vitest';
import type { Audience } from '../../src/photos/store/outbox/audience.ts';
import type { Outbox } from '../../src/photos/store/outbox/outbox.ts';
import type { CreateStoreFixture } from './store-fixture.ts';
import { at, HOUR_MS, makeKept, makeReady, pictureOf, T0, uploadOf } from './store-samples.ts';

const NONE: ReadonlySet<string> = new Set();

/** All are told of the photos of `a`, and nobody of those of others. */
function audienceOf(...receivers: readonly string[]) {
  let additions = 0;
  const audience: Audience = {
    isEmpty: false,
    receiversOf: (client) => (client === 'a' ? receivers : []),
    onAdded: () => void (additions += 1),
  };
  return { audience, additions: () => additions };
}

/** Takes and delivers all that is due for a receiver, one by one. */
async function drain(outbox: Outbox, receiver = 'r') {
  const types: string[] = [];
  for (;;) {
    const [delivery] = await outbox.claim(receiver, 1, NONE);
    if (delivery === undefined) return types;
    types.push(`${delivery.photoId}.${delivery.revision} ${delivery.type}`);
    await outbox.settle(delivery.id, { state: 'delivered' });
  }
}

/** The outbox: what is added to it by changes of photos, and what becomes of it. */
export function describeOutbox(createFixture: CreateStoreFixture): void {
  describe('the outbox', () => {
    test('stays empty where nobody is told', async () => {
      await using fixture = await createFixture();
      const { store, clock } = fixture;
      await makeReady(store, 'p');
      await store.markExpired('p', 1);
      clock.nowMs += 2 * HOUR_MS;
      expect(await store.outbox.addExpired(100)).toBe(0);
      expect(await store.outbox.list({}, 10)).toEqual([]);
      expect(await store.outbox.backlog()).toEqual({ waiting: 0, oldestMs: null });
    });

    test('gets what a photo is ready, with what was uploaded, for each receiver of its client', async () => {
      const { audience, additions } = audienceOf('r', 's');
      await using fixture = await createFixture(audience);
      const { store } = fixture;
      await makeReady(store, 'other', 0, 'b');
      await makeReady(store, 'p', 5000);
      await store.markReady('p', 1, at(6000), at(HOUR_MS));
      expect(additions()).toBe(1);
      const { outbox } = await fixture.reopen();
      expect(await outbox.due()).toEqual({
        receivers: expect.toSatisfy((names: string[]) => names.toSorted().join() === 'r,s'),
        nextInMs: null,
      });
      const [delivery, ...others] = await outbox.claim('r', 10, NONE);
      expect(others).toEqual([]);
      expect(delivery).toEqual({
        id: expect.stringMatching(/^msg_[\w-]+$/),
        receiver: 'r',
        client: 'a',
        photoId: 'p',
        revision: 1,
        type: 'photo.ready',
        occurredAt: at(0),
        attempts: 0,
        photo: {
          status: 'READY',
          name: uploadOf('p').name,
          repairType: 'REPAIR',
          background: null,
          originalUrl: 'https://photo.example.com/static/p_out.jpg',
          uploadedAt: at(0).toISOString(),
          readyAt: at(5000).toISOString(),
        },
      });
    });

    test('tells that a photo expired once, whether the clock or a call ends it', async () => {
      const { audience } = audienceOf('r');
      await using fixture = await createFixture(audience);
      const { store, clock } = fixture;
      await makeReady(store, 'p');
      await makeReady(store, 'q');
      await makeKept(store, 'kept', null);
      await makeReady(store, 'other', 0, 'b');
      expect(await drain(store.outbox)).toEqual(
        ['p', 'q', 'kept'].map((id) => `${id}.1 photo.ready`),
      );
      await store.markExpired('q', 1);
      expect(await store.outbox.addExpired(100)).toBe(0);
      clock.nowMs += HOUR_MS;
      expect(await store.outbox.addExpired(100)).toBe(1);
      expect(await store.outbox.addExpired(100)).toBe(0);
      await store.markExpired('p', 1);
      await store.markReady('p', 1, at(0), at(HOUR_MS));
      expect(await drain(store.outbox)).toEqual(['q.1 photo.expired', 'p.1 photo.expired']);
    });

    test('tells that a photo is ready again, if it was kept after its hour', async () => {
      const { audience } = audienceOf('r');
      await using fixture = await createFixture(audience);
      const { store, clock } = fixture;
      await makeReady(store, 'p');
      clock.nowMs += HOUR_MS;
      await store.outbox.addExpired(100);
      await store.markArchived('p', 1, pictureOf('p'), at(3 * HOUR_MS));
      clock.nowMs = T0 + 3 * HOUR_MS;
      await store.markExpired('p', 1);
      expect(await drain(store.outbox)).toEqual([
        'p.1 photo.ready',
        'p.1 photo.expired',
        'p.1 photo.ready',
        'p.1 photo.expired',
      ]);
    });

    test('tells that a photo failed if it never became ready, also where an earlier picture is left', async () => {
      const { audience } = audienceOf('r');
      await using fixture = await createFixture(audience);
      const { store } = fixture;
      await store.complete('a', uploadOf('p'), null);
      await store.markExpired('p', 1);
      await makeKept(store, 'kept', null);
      await store.complete('a', uploadOf('kept'), null);
      await store.markExpired('kept', 2);
      await store.markExpired('kept', 2);
      expect(await drain(store.outbox)).toEqual([
        'p.1 photo.failed',
        'kept.1 photo.ready',
        'kept.2 photo.failed',
      ]);
      expect(await store.photoOf('a', 'kept')).toMatchObject({ status: 'READY', revision: 1 });
    });

    test('gives a delivery to one, and the next of a photo only after the earlier one ended', async () => {
      const { audience } = audienceOf('r');
      await using fixture = await createFixture(audience);
      const { outbox } = fixture.store;
      await makeReady(fixture.store, 'p');
      await fixture.store.markExpired('p', 1);
      await makeReady(fixture.store, 'q');
      const taken = await outbox.claim('r', 10, NONE);
      expect(taken.map(({ photoId, type }) => [photoId, type])).toEqual([
        ['p', 'photo.ready'],
        ['q', 'photo.ready'],
      ]);
      const held = new Set(taken.map(({ id }) => id));
      expect(await outbox.claim('r', 10, held)).toEqual([]);
      const [first = '', second = ''] = held;
      await outbox.settle(first, { state: 'waiting', delayMs: 5000, reason: 'HTTP 500' });
      await outbox.release(second);
      fixture.clock.steadyMs += 4999;
      expect(await outbox.due()).toEqual({ receivers: ['r'], nextInMs: 1 });
      const [again, ...none] = await outbox.claim('r', 10, NONE);
      expect([again?.id, again?.attempts, none]).toEqual([second, 0, []]);
      await outbox.settle(second, { state: 'delivered' });
      fixture.clock.steadyMs += 1;
      const [retried] = await outbox.claim('r', 10, NONE);
      expect([retried?.id, retried?.attempts]).toEqual([first, 1]);
      await outbox.settle(first, { state: 'failed', reason: 'HTTP 404' });
      expect(await drain(outbox)).toEqual(['p.1 photo.expired']);
      expect(await outbox.list({ state: 'failed' }, 10)).toEqual([
        {
          id: first,
          receiver: 'r',
          photoId: 'p',
          type: 'photo.ready',
          state: 'failed',
          occurredAt: at(0),
          attempts: 2,
          reason: 'HTTP 404',
        },
      ]);
    });

    test('gives what a dead process had taken to the next', async () => {
      const { audience } = audienceOf('r');
      await using fixture = await createFixture(audience);
      await makeReady(fixture.store, 'p');
      expect(await fixture.store.outbox.claim('r', 1, NONE)).toHaveLength(1);
      const { outbox } = await fixture.reopen();
      expect(await outbox.claim('r', 1, NONE)).toHaveLength(1);
    });

    test('bounds what waits for a receiver, and sends again what failed', async () => {
      const { audience } = audienceOf('r', 's');
      await using fixture = await createFixture(audience);
      const { outbox } = fixture.store;
      for (const id of ['p', 'q', 'o']) await makeReady(fixture.store, id);
      expect(await outbox.trim(2, 'too many')).toBe(2);
      expect(await outbox.giveUp('s', 'gone', 1)).toBe(0);
      expect(await outbox.giveUp('s', 'gone', 0)).toBe(2);
      expect(await outbox.backlog()).toEqual({ waiting: 2, oldestMs: 0 });
      const failed = await outbox.list({ state: 'failed', receiver: 'r' }, 10);
      expect(failed).toMatchObject([{ photoId: 'p', reason: 'too many', attempts: 0 }]);
      expect(await outbox.resend(['none', failed[0]?.id ?? ''], 's')).toBe(0);
      expect(await outbox.resend(['none', failed[0]?.id ?? ''])).toBe(1);
      expect(await outbox.resend(null, 'r')).toBe(0);
      expect(await outbox.resend(null)).toBe(3);
      expect((await outbox.list({}, 4)).map(({ state }) => state)).toEqual(
        Array.from({ length: 4 }, () => 'waiting'),
      );
      expect(await drain(outbox, 's')).toHaveLength(3);
      const many = { maxDelivered: 100, maxFailed: 100 };
      const ages = { deliveredMs: HOUR_MS, othersMs: 2 * HOUR_MS, ...many, maxRows: 2 };
      expect(await outbox.purge({ ...ages, maxDelivered: 2 })).toBe(2);
      fixture.clock.steadyMs += HOUR_MS + 1;
      expect([await outbox.purge(ages), await outbox.purge(ages)]).toEqual([1, 0]);
      fixture.clock.steadyMs += HOUR_MS;
      expect([await outbox.purge(ages), await outbox.purge(ages)]).toEqual([2, 1]);
    });

    test('lets a later delivery of a photo be due when the earlier one was given up', async () => {
      const { audience } = audienceOf('r');
      await using fixture = await createFixture(audience);
      const { outbox } = fixture.store;
      await makeReady(fixture.store, 'p');
      await fixture.store.markExpired('p', 1);
      expect(await outbox.unblock()).toBe(0);
      expect(await outbox.trim(1, 'too many')).toBe(1);
      expect(await outbox.due()).toEqual({ receivers: [], nextInMs: null });
      expect([await outbox.unblock(), await outbox.unblock()]).toEqual([1, 0]);
      expect(await drain(outbox)).toEqual(['p.1 photo.expired']);
    });

    test('forgets what was to be told of a photo when its client deletes it', async () => {
      const { audience } = audienceOf('r');
      await using fixture = await createFixture(audience);
      const { store } = fixture;
      await makeReady(store, 'p');
      await makeReady(store, 'q');
      await store.deletePhoto('a', 'p');
      await store.markExpired('p', 1);
      expect(await drain(store.outbox)).toEqual(['q.1 photo.ready']);
      expect((await store.outbox.list({}, 10)).map(({ photoId }) => photoId)).toEqual(['q']);
    });

    test('remembers which receivers are disabled', async () => {
      await using fixture = await createFixture();
      const { outbox } = fixture.store;
      await outbox.disable('r', 'first');
      await outbox.disable('r', 'second');
      const again = (await fixture.reopen()).outbox;
      expect(await again.disabled()).toEqual(new Map([['r', 'second']]));
      expect([await again.enable('r'), await again.enable('r')]).toEqual([true, false]);
    });
  });
}
