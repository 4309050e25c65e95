import { describe } from 'vitest';
import { hasBrowser } from './browser.ts';

/** Adds a group of tests that run in Chromium. It is skipped on a machine without one, but never in CI. */
export const describeInBrowser = hasBrowser || process.env['CI'] ? describe : describe.skip;
