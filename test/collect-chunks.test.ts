import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { chunkPassed } from '../src/common/collect-chunks.ts';

const MIB = 1024 * 1024;
const CHUNK = new Uint8Array(64 * 1024);
const collection = z.object({ detail: z.object({ flags: z.number() }) });

test('garbage is collected while chunks pass, every 16 MiB', async () => {
  let forced = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { flags } = collection.parse(entry).detail;
      if (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) forced += 1;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  for (let passed = 0; passed < 128 * MIB; passed += CHUNK.length) chunkPassed(CHUNK);
  // Eight, but V8 joins one with a collection that is going on.
  await expect.poll(() => forced, { timeout: 10_000 }).toBeGreaterThanOrEqual(5);
  observer.disconnect();
});
