import { afterEach, expect, test, vi } from 'vitest';
import { chunkPassed } from '../src/common/collect-chunks.ts';

const MIB = 1024 * 1024;
const CHUNK = new Uint8Array(64 * 1024);

afterEach(() => vi.unstubAllGlobals());

test('the garbage of passing chunks is collected every 16 MiB', () => {
  const collect = vi.fn<NodeJS.GCFunction>();
  vi.stubGlobal('gc', collect);
  for (let passed = 0; passed < 64 * MIB; passed += CHUNK.length) chunkPassed(CHUNK);
  expect(collect.mock.calls).toEqual(
    Array.from({ length: 4 }, () => [{ type: 'minor', execution: 'sync' }]),
  );
});

test('chunks pass in a process whose garbage cannot be collected by hand', () => {
  vi.stubGlobal('gc', undefined);
  expect(() => {
    for (let passed = 0; passed < 32 * MIB; passed += CHUNK.length) chunkPassed(CHUNK);
  }).not.toThrow();
});
