import { driver } from './driver.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { mixed } from './mixed.ts';
import { originals } from './originals.ts';
import { processing, ready } from './photo-status.ts';
import type { Scenario } from './scenario.ts';
import { start } from './start.ts';
import { subscribers } from './subscribers.ts';
import { typename } from './typename.ts';
import { uploadMemory, uploads } from './uploads.ts';

/** All scenarios, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  driver,
  typename,
  processing,
  ready,
  uploads,
  uploadMemory,
  originals,
  subscribers,
  idle,
  mixed,
  start,
  growth,
];
