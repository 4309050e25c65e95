import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { chunkPassed } from '../src/common/collect-chunks.ts';

const MIB = 1024 * 1024;
const CHUNK = new Uint8Array(64 * 1024);
const { NODE_PERFORMANCE_GC_MINOR, NODE_PERFORMANCE_GC_FLAGS_FORCED } = constants;
const collection = z.object({ detail: z.object({ kind: z.number(), flags: z.number() }) });

function pass(mebibytes: number) {
  for (let passed = 0; passed < mebibytes * MIB; passed += CHUNK.length) chunkPassed(CHUNK);
}

test('the young garbage of passing chunks is collected every 16 MiB', async () => {
  // The first collection of a process takes a while.
  pass(16);
  let forced = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = collection.parse(entry).detail;
      if (kind === NODE_PERFORMANCE_GC_MINOR && flags & NODE_PERFORMANCE_GC_FLAGS_FORCED)
        forced += 1;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  pass(63);
  await expect.poll(() => forced).toBe(3);
  pass(1);
  await expect.poll(() => forced).toBe(4);
  observer.disconnect();
});
