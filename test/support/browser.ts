import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Whether this machine can run one. CI always can, or fails. */
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

/** A Chromium with a profile of its own. */
export async function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no Chromium on this machine');
  return chromium.launch({ executablePath, args: flags });
}

/** What went wrong in a page, and where it went, since it was opened. */
export interface Watch {
  /** Errors that scripts threw, that the console showed, and that the page's policy caused. */
  readonly errors: string[];
  /** The origins that were asked for something. */
  readonly origins: Set<string>;
}

/** Watches a page; begin before it is navigated. */
export function watch(page: Page): Watch {
  const errors: string[] = [];
  const origins = new Set<string>();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  // A worker's requests are its own, and are told by the context alone.
  page.context().on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:') origins.add(origin);
  });
  return { errors, origins };
}
