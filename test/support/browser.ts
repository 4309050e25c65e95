import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Whether this machine has a browser. CI always has one, or fails. */
export const hasBrowser = executablePath !== undefined;

if (!hasBrowser) {
  console.warn('SKIPPED: no Chromium on this machine (CHROMIUM_PATH), so no page is tested in it');
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium with its own profile. */
export async function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no Chromium on this machine');
  return chromium.launch({ executablePath, args: flags });
}

/** The errors of a page, and the origins it contacted, since it was opened. */
export interface Watch {
  /** Errors that scripts threw, that the console showed, and that the page's policy caused. */
  readonly errors: string[];
  /** The origins that received requests. */
  readonly origins: Set<string>;
}

/** Watches a page. Begin before it is navigated. */
export function watch(page: Page): Watch {
  const errors: string[] = [];
  const origins = new Set<string>();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  // A worker's requests are its own. Only the context reports them.
  page.context().on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:') origins.add(origin);
  });
  return { errors, origins };
}
