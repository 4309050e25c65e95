import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startGatewayOf } from './support/start-gateway.ts';

const account = {
  PHOTO_API_URL: 'http://127.0.0.1:1',
  PHOTO_THIRD_CODE: 'test',
  PHOTO_SECRET_KEY: 'test',
};
const built = new URL('../dist/studio/', import.meta.url);

describe('the studio', () => {
  test('is served at / to everyone, with a policy that allows nothing foreign but pictures', async () => {
    await using gateway = await startGatewayOf(account);
    const page = await fetch(`${gateway.url}/?utm_source=mail`);
    expect(page.status).toBe(200);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "img-src 'self' blob: http: https:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        'trusted-types service-worker',
      ].join('; '),
    });
  });

  test('references its files by relative paths, and each may be cached for ever', async () => {
    await using gateway = await startGatewayOf(account);
    const html = await (await fetch(gateway.url)).text();
    const files = [...html.matchAll(/(?:src|href)="(\.\/studio\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(files.map((path) => path.split('.').at(-1))).toEqual(
      expect.arrayContaining(['js', 'css', 'svg']),
    );
    for (const path of files) {
      const file = await fetch(new URL(path, `${gateway.url}/`));
      expect(file.status).toBe(200);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    // Everything else in the page is its own too.
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test('transfers less than 60 kB to show itself', async () => {
    const html = await readFile(new URL('index.html', built), 'utf8');
    const named = [...html.matchAll(/(?:src|href)="(\.\/studio\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    const sizes = await Promise.all(
      ['index.html', ...new Set(named)].map(async (path) => {
        const content = await readFile(new URL(path, built), 'utf8');
        return gzipSync(content).length;
      }),
    );
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
  });

  test('is replaced by the explorer if STUDIO is off', async () => {
    await using gateway = await startGatewayOf({ ...account, STUDIO: 'off' });
    const redirection = await fetch(gateway.url, { redirect: 'manual' });
    expect(redirection.headers.get('content-security-policy')).toContain("default-src 'none'");
    const response = await fetch(gateway.url, { headers: { accept: 'text/html' } });
    expect(response.redirected).toBe(true);
    expect(response.url).toBe(`${gateway.url}/graphql`);
    expect(await response.text()).toContain('<!doctype html>');
  });

  test('leaves nothing at / if GRAPHIQL is off as well', async () => {
    await using gateway = await startGatewayOf({ ...account, STUDIO: 'off', GRAPHIQL: 'off' });
    expect((await fetch(gateway.url)).status).toBe(404);
  });
});
