import { afterEach, expect, test, vi } from 'vitest';
import { createPhotoList } from '../packages/studio/photos/photo-list.ts';
import { pickedPhoto } from '../packages/studio/photos/picked-photo.ts';
import { createReachability } from '../packages/studio/photos/reachability.ts';
import { createRetention } from '../packages/studio/photos/retention.ts';

const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

test('until when a picture is kept is asked once the archive had its time, and again after a lost connection', async () => {
  vi.useFakeTimers();
  const list = createPhotoList();
  const phase = { name: 'ready' } as const;
  const picked = { name: 'one.jpg', picture: new Blob(['1']), url: 'blob:1', phase };
  list.add([pickedPhoto({ key: 'one', ...picked })]);
  const reachability = createReachability(async () => undefined);
  let asked = 0;
  let deletedAt: number | null = HOUR_MS;
  const retention = createRetention({
    list,
    reachability,
    askAbout: async () => {
      asked += 1;
      return { deletedAt };
    },
  });

  retention.learn('one');
  await vi.advanceTimersByTimeAsync(19_000);
  expect([asked, list.get('one')?.deletedAt]).toEqual([0, null]);
  await vi.advanceTimersByTimeAsync(3000);
  expect([asked, list.get('one')?.deletedAt]).toEqual([1, HOUR_MS]);

  deletedAt = null;
  reachability.lost();
  reachability.observe(null);
  await vi.advanceTimersByTimeAsync(0);
  expect([asked, list.get('one')?.deletedAt]).toEqual([2, null]);

  retention.close();
  reachability.close();
});
