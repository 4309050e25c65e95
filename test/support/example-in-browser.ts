import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { transformWithOxc } from 'vite';

const EXAMPLES = '/examples/';

/** Opens an empty page of `origin` that can import the examples, as JavaScript. */
export async function openPageWithExamples(page: Page, origin: string): Promise<void> {
  await page.route(`${origin}${EXAMPLES}**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const source = await readFile(new URL(`../..${path}`, import.meta.url), 'utf8');
    const { code } = await transformWithOxc(source, path);
    await route.fulfill({ contentType: 'text/javascript', body: code });
  });
  await page.route(`${origin}${EXAMPLES}`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A page</title>' }),
  );
  await page.goto(`${origin}${EXAMPLES}`);
}
