import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../src/common/errors.ts';
import { breakAndRestore } from './support/fault-break-and-restore.ts';
import { FAULT_KINDS } from './support/fault-kinds.ts';

const always = (code: ErrorCode) => [code, code, code];
const breaking = Object.entries(FAULT_KINDS).filter(([, { code }]) => code !== 'UPSTREAM_TIMEOUT');

describe.concurrent('errors, payments and recovery with a provider that', () => {
  test.for(breaking)('%s', async ([, { fault, code }]) => {
    const codes = await breakAndRestore(
      (provider) => void (provider.fault = fault),
      (provider) => void (provider.fault = null),
    );
    expect(codes).toEqual(always(code));
  });

  test('refuses connections', async () => {
    const codes = await breakAndRestore(
      (provider) => provider.goDown(),
      (provider) => provider.comeUp(),
    );
    expect(codes).toEqual(always('UPSTREAM_UNAVAILABLE'));
  });

  test('resets connections as they open', async () => {
    const codes = await breakAndRestore(
      (provider) => void (provider.resetsConnections = true),
      (provider) => void (provider.resetsConnections = false),
    );
    expect(codes).toEqual(always('UPSTREAM_UNAVAILABLE'));
  });
});
