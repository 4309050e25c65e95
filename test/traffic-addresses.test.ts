import { describe, expect, test } from 'vitest';
import { createAddresses } from '../src/server/admission/traffic/addresses.ts';
import { createReadableLog } from './support/access-log.ts';

const trustedProxies = ['10.0.0.0/8', '192.0.2.1', '2001:db8:1::/48'];
const { log } = createReadableLog();
const addresses = createAddresses({ trustedProxies, log });

const sent = (remoteAddress: string | undefined, forwardedFor?: string) => ({
  socket: { remoteAddress },
  headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
});

describe('a request comes from', () => {
  test.each([
    ['its peer', '203.0.113.5', undefined, '203.0.113.5'],
    ['its peer, whatever that says of others', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['its peer, though its port speaks IPv6', '::ffff:203.0.113.5', undefined, '203.0.113.5'],
    ['whom a proxy names', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['whom a proxy that speaks IPv6 names', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['whom a proxy in a range of IPv6 names', '2001:db8:1:2::3', '198.51.100.1', '198.51.100.1'],
    ['the last whom a proxy names', '192.0.2.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['the last before the proxies', '10.0.0.1', '1.1.1.1,198.51.100.1 ,10.0.0.2', '198.51.100.1'],
    ['the first of all, where all are proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['a proxy that names nobody', '10.0.0.1', undefined, '10.0.0.1'],
    ['a proxy that names nothing', '10.0.0.1', '', '10.0.0.1'],
    ['a proxy that hides whom it asks for', '10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
    ['a proxy that names something else', '10.0.0.1', '198.51.100.1, 7', '10.0.0.1'],
    ['the last proxy before a hole', '10.0.0.1', '198.51.100.1, , 10.0.0.2', '10.0.0.2'],
    ['whom a proxy names with a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['nobody, once it has gone', undefined, '198.51.100.1', 'unknown'],
  ])('%s', (_who, peer, forwardedFor, expected) => {
    expect(addresses.of(sent(peer, forwardedFor))).toBe(expected);
  });

  test.each(['2001:db8:5:6::1', '[2001:db8:5:6::1]', '[2001:db8:5:6:a:b:c:d]:4711'])(
    'the first 64 bits of %s, of which one sender has all the rest',
    (address) => {
      expect(addresses.of(sent('10.0.0.1', address))).toBe('20010db800050006::/64');
    },
  );

  test('nobody whom `Forwarded` or `X-Real-IP` names', () => {
    const headers = { forwarded: 'for=198.51.100.1', 'x-real-ip': '198.51.100.1' };
    expect(addresses.of({ socket: { remoteAddress: '10.0.0.1' }, headers })).toBe('10.0.0.1');
  });
});

test('a connection comes from its peer, which may be a proxy', () => {
  expect(addresses.ofPeer({ remoteAddress: '203.0.113.5' })).toBe('203.0.113.5');
  expect(addresses.isProxied({ remoteAddress: '203.0.113.5' })).toBe(false);
  expect(addresses.isProxied({ remoteAddress: '::ffff:10.1.2.3' })).toBe(true);
  expect(addresses.isProxied({ remoteAddress: undefined })).toBe(false);
});

test('the log says once that a proxy may not be known', () => {
  const readable = createReadableLog();
  const others = createAddresses({ trustedProxies, log: readable.log });
  others.of(sent('10.0.0.1', '198.51.100.1'));
  expect(readable.lines).toEqual([]);
  for (let attempt = 0; attempt < 3; attempt += 1) others.of(sent('172.16.0.1', '198.51.100.1'));
  expect(readable.lines).toHaveLength(1);
  expect(readable.lines[0]).toMatch(/172\.16\.0\.1.*TRUSTED_PROXIES/);
});
