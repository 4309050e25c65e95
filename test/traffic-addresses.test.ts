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
    ['its peer, whatever its headers say', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['its peer, in IPv4 form on an IPv6 port', '::ffff:203.0.113.5', undefined, '203.0.113.5'],
    ['the address that a proxy names', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['the address that a proxy on IPv6 names', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    [
      'the address that a proxy in an IPv6 range names',
      '2001:db8:1:2::3',
      '198.51.100.1',
      '198.51.100.1',
    ],
    ['the last address that a proxy names', '192.0.2.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    [
      'the last address before the proxies',
      '10.0.0.1',
      '1.1.1.1,198.51.100.1 ,10.0.0.2',
      '198.51.100.1',
    ],
    ['the first address, if all are proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['a proxy without the header', '10.0.0.1', undefined, '10.0.0.1'],
    ['a proxy with an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['a proxy that hides its client', '10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
    ['a proxy with a malformed header', '10.0.0.1', '198.51.100.1, 7', '10.0.0.1'],
    ['the last proxy before a gap', '10.0.0.1', '198.51.100.1, , 10.0.0.2', '10.0.0.2'],
    ['the address that a proxy names with a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['no address, once its connection has ended', undefined, '198.51.100.1', 'unknown'],
  ])('%s', (_who, peer, forwardedFor, expected) => {
    expect(addresses.of(sent(peer, forwardedFor))).toBe(expected);
  });

  test.each(['2001:db8:5:6::1', '[2001:db8:5:6::1]', '[2001:db8:5:6:a:b:c:d]:4711'])(
    'the first 64 bits of %s, because one sender has all the rest',
    (address) => {
      expect(addresses.of(sent('10.0.0.1', address))).toBe('20010db800050006::/64');
    },
  );

  test('no address from `Forwarded` or `X-Real-IP`', () => {
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

test('the log warns once about a proxy that is not trusted', () => {
  const readable = createReadableLog();
  const others = createAddresses({ trustedProxies, log: readable.log });
  others.of(sent('10.0.0.1', '198.51.100.1'));
  expect(readable.lines).toEqual([]);
  for (let attempt = 0; attempt < 3; attempt += 1) others.of(sent('172.16.0.1', '198.51.100.1'));
  expect(readable.lines).toHaveLength(1);
  expect(readable.lines[0]).toMatch(/172\.16\.0\.1.*TRUSTED_PROXIES/);
});
