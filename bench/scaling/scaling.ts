import { markdownTable, toNumber } from '../report/table.ts';
import type { Inputs } from './inputs.ts';

/** What the fleet needs of one thing. */
export interface Need {
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  /** How it is computed, for readers. */
  readonly how: string;
}

/** Connections to PostgreSQL that a gateway may hold. docs/operations.md says which. */
const CONNECTIONS_PER_GATEWAY = 27;
/** How often a gateway adds the jobs of new photos and of pictures at most, in a second. */
const JOB_CALLS = 10 + 2;
/** How often the lease of each photo in flight is renewed, in a second. */
const RENEWALS = 1 / 2;
const KIB_PER_GIB = 1024 * 1024;

/** Computes what the fleet needs to bear what it is asked to. */
export function computeNeeds(inputs: Inputs): readonly Need[] {
  const { uploads, photo, processing, subscribers, busy, connections } = inputs;
  const cores =
    (uploads.value * inputs.photoCpu.value) / 1000 +
    ((uploads.value * photo.value) / 1024) * inputs.gibCpu.value;
  const forUploads = Math.ceil(cores / busy.value);
  const forSubscribers = Math.ceil(subscribers.value / connections.value);
  const gateways = Math.max(forUploads, forSubscribers);
  const waiting = (subscribers.value * inputs.subscriber.value) / KIB_PER_GIB;
  const inFlight = uploads.value * processing.value;
  const gigabits = (uploads.value * photo.value * 1024 ** 2 * 8) / 1e9;
  const wakeUps = gateways * JOB_CALLS;
  return [
    need('cores for uploads', cores, '', 'uploads × CPU per photo + GiB a second × CPU per GiB'),
    need('gateways for uploads', forUploads, '', 'cores / share of a core'),
    need('gateways for subscribers', forSubscribers, '', 'subscribers / `MAX_CONNECTIONS`'),
    need('gateways', gateways, '', 'the larger of both; add one to spare for each zone'),
    need('memory of all subscribers', waiting, 'GiB', 'subscribers × memory of one'),
    need(
      'memory of a gateway',
      inputs.base.value + (waiting * 1024) / gateways,
      'MiB',
      'idle gateway + its part of the subscribers',
    ),
    need('polls', uploads.value * inputs.polls.value, 'a second', 'uploads × polls per photo'),
    need('photos in flight', inFlight, '', 'uploads × processing time'),
    need('network, in and again out', gigabits, 'Gbit/s', 'uploads × size of a photo'),
    need('connections to PostgreSQL', gateways * CONNECTIONS_PER_GATEWAY, '', 'gateways × 27'),
    need(
      'transactions for photos and idle gateways',
      uploads.value * inputs.transactions.value + gateways * inputs.idle.value,
      'a second',
      'uploads × transactions per photo + gateways × idle',
    ),
    need(
      'transactions of gateways that are woken, at most',
      wakeUps * gateways * 4,
      'a second',
      'gateways × 12 calls that add jobs × gateways × 4',
    ),
    need(
      'cores of PostgreSQL',
      (uploads.value * inputs.databaseCpu.value) / 1000,
      '',
      'uploads × CPU per photo; gateways that are woken come on top',
    ),
    need(
      'share of the durable commits with NOTIFY that there can be',
      (uploads.value / inputs.notifies.value) * 100,
      '%',
      'uploads / the most that was measured: one per photo, when it is ready',
    ),
    need(
      'share of the other commits with NOTIFY that there can be',
      (wakeUps / inputs.quickNotifies.value) * 100,
      '%',
      'gateways × 12 / the most that was measured: 10 calls a second for new photos, 2 for pictures',
    ),
    need(
      'leases of photos renewed',
      inFlight * RENEWALS,
      'a second',
      'photos in flight / 2 s, in one statement for each gateway',
    ),
  ];
}

function need(title: string, value: number, unit: string, how: string): Need {
  return { title, value, unit, how };
}

const shown = (value: number, unit: string) =>
  `${toNumber(value, Number.isInteger(value) || value >= 100 ? 0 : value < 3 ? 2 : 1)} ${unit}`.trim();

/** The tables of docs/scaling.md. */
export function scalingTables(inputs: Inputs): readonly string[] {
  const given = Object.values(inputs).map(({ title, value, unit, measuredBy }) => [
    title,
    shown(value, unit),
    measuredBy === null ? 'asked or chosen' : `\`npm run ${measuredBy}\``,
  ]);
  const needs = computeNeeds(inputs).map(({ title, value, unit, how }) => [
    title,
    shown(value, unit),
    how,
  ]);
  return [
    markdownTable([['given', 'value', 'from'], ...given]),
    markdownTable([['needed', 'value', 'computed as'], ...needs]),
  ];
}
