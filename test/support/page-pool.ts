import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';

/** The timeout for `expect.poll`: how long a page may take on a busy machine. */
export const pageTimeout = { timeout: 25_000 };

/** A page with empty storage. Disposing it gives it back to the tests that come later. */
export interface PooledPage extends AsyncDisposable {
  readonly page: Page;
}

export interface PageOptions extends Omit<BrowserContextOptions, 'viewport' | 'colorScheme'> {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

interface Tab {
  readonly page: Page;
  readonly devtools: CDPSession;
}

/** One Chromium for all test files of this process, which ends it when it exits. */
let browser: Promise<Browser> | undefined;
/** The tabs that no test uses, by the options that are fixed for a profile. */
const idleTabs = new Map<string, Tab[]>();
const devtoolsOf = new WeakMap<Page, CDPSession>();

/**
 * Opens a page in a profile without data. It may be a page that another test has used: Chromium then has its
 * process and its compiled scripts already, which saves two thirds of the time.
 */
export async function openPage({
  viewport = { width: 1280, height: 720 },
  colorScheme = 'light',
  ...options
}: PageOptions = {}): Promise<PooledPage> {
  const key = JSON.stringify(options);
  const idle = idleTabs.get(key) ?? [];
  idleTabs.set(key, idle);
  const tab = idle.pop() ?? (await openTab(options));
  await tab.page.setViewportSize(viewport);
  await tab.page.emulateMedia({ colorScheme });
  return {
    page: tab.page,
    async [Symbol.asyncDispose]() {
      try {
        await clear(tab);
        idle.push(tab);
      } catch {
        await tab.page.context().close();
      }
    },
  };
}

async function openTab(options: BrowserContextOptions): Promise<Tab> {
  const context = await (await (browser ??= startBrowser())).newContext(options);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  devtoolsOf.set(page, devtools);
  return { page, devtools };
}

/** Empties the profile, and undoes what a test may have done to the page. */
async function clear({ page, devtools }: Tab) {
  const context = page.context();
  const { origin } = new URL(page.url());
  page.removeAllListeners('pageerror').removeAllListeners('console');
  context.removeAllListeners('request');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.setOffline(false);
  await limitUploads(page, null);
  await page.evaluate(() => window.sessionStorage.clear());
  await page.goto('about:blank');
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  const others = context.pages().filter((other) => other !== page);
  await Promise.all(others.map((other) => other.close()));
}

/** Makes the line of a pooled page as slow as a phone's far out; null for no limit. */
export async function limitUploads(page: Page, bytesPerSecond: number | null): Promise<void> {
  await devtoolsOf.get(page)?.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond ?? -1,
  });
}

/** Ends the Chromium of the pooled pages, so that a script that used them can exit. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}
