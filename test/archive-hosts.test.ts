import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../src/common/public-address.ts';
import { createPublicLookup } from '../src/photos/archive/public-lookup.ts';
import { createResultHosts } from '../src/photos/archive/result-hosts.ts';

function trustOf(address: string, apiUrl: string, named: readonly string[] | null = null) {
  return createResultHosts({ apiUrl: new URL(apiUrl), named }).trust(new URL(address));
}

describe('a finished picture may be fetched', () => {
  test.each([
    ['http://sdkphoto.example.com', 'http://sdkphoto.example.com/a.jpg'],
    ['http://sdkphoto.example.com', 'https://sdkphoto.example.com:8443/a.jpg'],
    ['http://sdkphoto.example.com', 'http://SDKPhoto.Example.COM./a.jpg'],
    ['http://127.0.0.1:4100', 'http://127.0.0.1:9999/a.jpg'],
    ['http://127.0.0.1:4100', 'http://2130706433/a.jpg'],
    ['http://[::1]:4100', 'http://[0:0::1]/a.jpg'],
    ['http://localhost:4100', 'http://localhost/a.jpg'],
  ])('for an API at %s from %s, at any address', (apiUrl, address) => {
    expect(trustOf(address, apiUrl)).toBe('as given');
  });

  test.each([
    ['http://sdkphoto.example.com', 'https://photo.example.com/a.jpg'],
    ['http://sdkphoto.example.com', 'http://example.com/a.jpg'],
    ['http://sdkphoto.example.com', 'http://a.b.example.com/a.jpg'],
    ['http://api.photo.co.uk', 'http://cdn.photo.co.uk/a.jpg'],
    ['http://api.photo.github.io', 'http://cdn.photo.github.io/a.jpg'],
  ])('for an API at %s from %s, if its address is public', (apiUrl, address) => {
    expect(trustOf(address, apiUrl)).toBe('public only');
  });

  test.each([
    ['http://sdkphoto.example.com', 'http://example.org/a.jpg'],
    ['http://sdkphoto.example.com', 'http://evilexample.com/a.jpg'],
    ['http://sdkphoto.example.com', 'http://sdkphoto.example.com.evil.org/a.jpg'],
    ['http://sdkphoto.example.com', 'http://127.0.0.1/a.jpg'],
    ['http://sdkphoto.example.com', 'http://localhost/a.jpg'],
    ['http://sdkphoto.example.com', 'ftp://sdkphoto.example.com/a.jpg'],
    ['http://sdkphoto.example.com', 'file:///etc/passwd'],
    ['http://sdkphoto.example.com', 'data:image/png;base64,iVBORw0KGgo='],
    ['http://sdkphoto.example.com', 'http://user@sdkphoto.example.com/a.jpg'],
    ['http://sdkphoto.example.com', 'http://:secret@photo.example.com/a.jpg'],
    ['http://api.photo.co.uk', 'http://other.co.uk/a.jpg'],
    ['http://photo.github.io', 'http://other.github.io/a.jpg'],
    ['http://127.0.0.1:4100', 'http://127.0.0.2/a.jpg'],
    ['http://10.0.0.1', 'http://10.0.0.1.nip.io/a.jpg'],
    ['http://localhost:4100', 'http://other.localhost/a.jpg'],
  ])('for an API at %s not from %s', (apiUrl, address) => {
    expect(trustOf(address, apiUrl)).toBeNull();
  });

  test('only from the named hosts, if there are any', () => {
    const named = ['CDN.example.net', 'bücher.example', '[::1]', '10.0.0.7', 'fd00::7'];
    const trust = (address: string) => trustOf(address, 'http://sdkphoto.example.com', named);
    expect(trust('https://cdn.example.net/a.jpg')).toBe('as given');
    expect(trust('http://xn--bcher-kva.example/a.jpg')).toBe('as given');
    expect(trust('http://[::1]:8080/a.jpg')).toBe('as given');
    expect(trust('http://10.0.0.7/a.jpg')).toBe('as given');
    expect(trust('http://[fd00::7]/a.jpg')).toBe('as given');
    expect(trust('http://other.example.net/a.jpg')).toBeNull();
    expect(trust('http://sdkphoto.example.com/a.jpg')).toBeNull();
    expect(trust('http://photo.example.com/a.jpg')).toBeNull();
  });
});

test('a finished picture may be fetched from every name below a named domain, if its address is public', () => {
  const named = ['*.oss-cn-hangzhou.example.com', 'cdn.example.net'];
  const trust = (address: string) => trustOf(address, 'http://sdkphoto.example.com', named);
  expect(trust('https://bucket.oss-cn-hangzhou.example.com/a.jpg')).toBe('public only');
  expect(trust('https://A.B.OSS-cn-hangzhou.example.com./a.jpg')).toBe('public only');
  expect(trust('https://cdn.example.net/a.jpg')).toBe('as given');
  expect(trust('https://oss-cn-hangzhou.example.com/a.jpg')).toBeNull();
  expect(trust('https://evil-oss-cn-hangzhou.example.com/a.jpg')).toBeNull();
  expect(trust('https://sdkphoto.example.com/a.jpg')).toBeNull();
});

const PRIVATE_ADDRESSES = `
  0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254
  172.16.0.1 192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1 203.0.113.1
  224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1
  ::ffff:127.0.0.1 ::ffff:a00:1 64:ff9b::7f00:1 2002:7f00:1:: 2001::1 2001:db8::1
  fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1
  4000::1
`
  .trim()
  .split(/\s+/);

describe('an address is public', () => {
  test.each(['8.8.8.8', '1.1.1.1', '::ffff:8.8.8.8', '2606:4700:4700::1111'])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each(PRIVATE_ADDRESSES)('but not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

/** The result of a public lookup if the system finds `found`. */
function outcome(found: string | LookupAddress[], options: LookupOptions) {
  const system: LookupFunction = (_hostname, _options, callback) => {
    if (typeof found === 'string') callback(null, found, 4);
    else callback(null, found);
  };
  return new Promise((resolve) => {
    createPublicLookup(system)('photo.example.com', options, (error, address, family) => {
      resolve(error ?? (family === undefined ? address : { address, family }));
    });
  });
}

describe('a public lookup', () => {
  const PUBLIC = { address: '8.8.8.8', family: 4 };
  const PUBLIC_6 = { address: '2606:4700:4700::1111', family: 6 };
  const MAPPED = { address: '::ffff:127.0.0.1', family: 6 };
  const PRIVATE = { address: '10.0.0.1', family: 4 };

  test('gives the public addresses of a name, in their order', async () => {
    const found = [PRIVATE, PUBLIC_6, MAPPED, PUBLIC];
    expect(await outcome(found, { all: true })).toEqual([PUBLIC_6, PUBLIC]);
    expect(await outcome(found, {})).toEqual(PUBLIC_6);
    expect(await outcome('8.8.8.8', {})).toEqual(PUBLIC);
  });

  test.each([
    ['several', [PRIVATE, MAPPED]],
    ['one', '127.0.0.1'],
    ['none', []],
  ])('finds nothing if only %s is found and none is public', async (_count, found) => {
    for (const options of [{ all: true }, {}]) {
      expect(await outcome(found, options)).toMatchObject({
        code: 'UPSTREAM_INVALID_RESPONSE',
        message: expect.stringContaining('PHOTO_RESULT_HOSTS'),
      });
    }
  });

  test('fails as the system does', async () => {
    const cause = new Error('getaddrinfo ENOTFOUND photo.example.com');
    const failing: LookupFunction = (_hostname, _options, callback) => callback(cause, '');
    const error = await new Promise((resolve) => {
      createPublicLookup(failing)('photo.example.com', {}, resolve);
    });
    expect(error).toBe(cause);
  });
});
