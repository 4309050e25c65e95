import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { startSimulator } from '../../packages/simulator/simulator.ts';
import { startBrowser } from '../../test/support/browser.ts';
import { endOnSignals } from '../run/processes.ts';
import { startSubject } from '../subjects/start-subject.ts';

/**
 * Measures what a first visitor waits for: each page in a fresh profile, on a slow phone's network
 * and processor.
 */
endOnSignals();
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
  },
});

/** Lighthouse's slow 4G phone: a round trip of 150 ms, 1.6 Mbit/s, a quarter of the processor. */
const NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1_000_000) / 8,
  uploadThroughput: (0.75 * 1_000_000) / 8,
};
const SLOWED = 4;
const PHONE = { width: 360, height: 740 };
/** Late layout shifts have happened by then. */
const SETTLED_MS = 3000;

interface Visit {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  /** Cumulative layout shift. */
  readonly shift: number;
  readonly bytes: number;
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: PHONE, deviceScaleFactor: 2 });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', NETWORK);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  await page.goto(url, { waitUntil: 'networkidle' });
  const seen = await page.evaluate<Visit>(READ_PAINTS);
  await context.close();
  return seen;
}

/** Runs in the page, which knows more kinds of entries than Node's types do. */
const READ_PAINTS = `(async () => {
  const entries = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  for (const type of ['paint', 'largest-contentful-paint', 'layout-shift']) {
    observer.observe({ type, buffered: true });
  }
  await new Promise((resolve) => setTimeout(resolve, ${SETTLED_MS}));
  const of = (type) => entries.filter(({ entryType }) => entryType === type);
  return {
    firstPaintMs: of('paint').find(({ name }) => name === 'first-contentful-paint').startTime,
    largestPaintMs: of('largest-contentful-paint').at(-1).startTime,
    shift: of('layout-shift').reduce((sum, { value }) => sum + value, 0),
    bytes: ['navigation', 'resource']
      .flatMap((type) => performance.getEntriesByType(type))
      .reduce((sum, { transferSize }) => sum + transferSize, 0),
  };
})()`;

function median(numbers: readonly number[]): number {
  return (
    numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN
  );
}

const simulator = await startSimulator();
await using gateway = await startSubject('gateway', {
  providerUrl: simulator.url,
  settings: { PHOTO_THIRD_CODE: simulator.thirdCode, PHOTO_SECRET_KEY: simulator.secretKey },
});
const browser = await startBrowser();
const visits = new Map<string, Visit[]>([
  ['/', []],
  ['/graphql', []],
]);
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const [path, seen] of visits) {
    seen.push(await visit(browser, new URL(path, gateway.endpoint).href));
  }
}
await browser.close();
await simulator.close();
for (const [path, seen] of visits) {
  const of = (read: (one: Visit) => number) => median(seen.map(read));
  console.log(
    `${path}: first contentful paint ${Math.round(of((one) => one.firstPaintMs))} ms, ` +
      `largest ${Math.round(of((one) => one.largestPaintMs))} ms, ` +
      `layout shift ${of((one) => one.shift).toFixed(3)}, ${Math.round(of((one) => one.bytes) / 1000)} kB`,
  );
}
