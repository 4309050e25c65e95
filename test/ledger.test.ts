import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import {
  BEHAVIOURS,
  EARLY_BEHAVIOURS,
  startChargingProvider,
  type ChargingProvider,
  type Behaviour,
} from './support/charging-provider.ts';
import { readFixture } from './support/fixtures.ts';
import { failureOf, sendFile } from './support/graphql-client.ts';
import { createDatabase } from './support/postgres.ts';
import { seededRandom } from './support/seeded-random.ts';
import { spawnGateway, type SpawnedGateway } from './support/spawn-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** `npm run test:soak` asks for more. */
const UPLOADS = Number(process.env['LEDGER_UPLOADS'] ?? 120);
const CLIENTS = 24;
/** The fraction of uploads with which something goes wrong. */
const FAULTY_FRACTION = 0.4;
/** Uploads between two disturbances of the gateway's process. */
const DISTURBED_EVERY = 25;
const TRIES = 8;

/** The cost of an upload, as its client heard it last. */
type ReportedCost = 'charged' | 'free' | 'unknown' | 'nothing';

const picture = await readFixture('one-pixel.png');

const nameOf = (number: number) => `picture-${number}.png`;

/** Each file differs. Some are so large that the provider can answer before their end. */
const fileOf = (number: number) =>
  new File([picture, new Uint8Array(number % 8 === 0 ? 2 ** 20 + number : number)], nameOf(number));

interface Restartable {
  gateway: Promise<SpawnedGateway>;
}

test.each([
  ['the gateway is killed and paused', BEHAVIOURS, 'kill', 1],
  ['gateways of a fleet are killed and paused', BEHAVIOURS, 'kill', 3],
  // If it is killed just then, the gateway cannot know that an incomplete picture was accepted.
  [
    'the provider accepts pictures before their end',
    [...BEHAVIOURS, ...EARLY_BEHAVIOURS],
    'pause',
    1,
  ],
] as const)(
  'clients hear what the provider charged, while %s',
  async (_what, behaviours, most, gateways) => {
    const random = seededRandom();
    const pick = (list: readonly Behaviour[]) =>
      list[Math.floor(random() * list.length)] ?? BEHAVIOURS[0];
    await using provider = await startChargingProvider(
      () => (random() < FAULTY_FRACTION ? pick(behaviours) : BEHAVIOURS[0]),
      random,
    );
    await using directory = await makeTemporaryDirectory();
    await using stack = new AsyncDisposableStack();
    const env = {
      ...provider.env,
      DATA_DIR: directory.path,
      ...(gateways > 1 ? { DATABASE_URL: stack.use(await createDatabase()).url } : {}),
      ARCHIVE_URL: 'off',
      UPLOAD_TIMEOUT_MS: '1500',
      // Many times longer than a late charge takes, since this process, which plays the provider, may be slow.
      UPLOAD_SETTLE_MS: '2000',
      POLL_INTERVAL_MS: '1000',
    };
    const fleet: Restartable[] = [];
    for (let node = 0; node < gateways; node += 1) fleet.push({ gateway: spawnGateway(env) });
    stack.defer(async () => {
      for (const { gateway } of fleet) await (await gateway).kill();
    });
    const one = () => oneOf(fleet, random);
    const reported = new Map<number, ReportedCost>();
    const seen = new Set<ReportedCost>();
    let next = 0;

    async function uploadOne(number: number): Promise<ReportedCost> {
      let last: ReportedCost = 'nothing';
      for (let tries = 1; tries <= TRIES; tries += 1) {
        const answer = await sendUpload(one(), number);
        seen.add(answer.reported);
        last = answer.reported === 'nothing' && last !== 'nothing' ? 'unknown' : answer.reported;
        if (answer.final || random() < 0.05) return last;
        await delay(answer.retryAfterMs);
      }
      return last;
    }

    async function runClient() {
      while (next < UPLOADS) {
        const number = next;
        next += 1;
        if (number % DISTURBED_EVERY === DISTURBED_EVERY - 1) {
          if (most === 'kill' && random() < 0.5) await restart(one(), env);
          else await pause(await one().gateway, random() * 1000);
        }
        reported.set(number, await uploadOne(number));
      }
    }

    await Promise.all(Array.from({ length: CLIENTS }, runClient));
    for (const { gateway } of fleet) await (await gateway).kill();
    await provider.settled();
    expect(mismatches(reported, provider)).toEqual([]);
    const count = (what: ReportedCost) =>
      [...reported.values()].filter((each) => each === what).length;
    // A run without one of these results would prove nothing about it.
    for (const what of ['charged', 'free', 'unknown'] as const) expect(seen).toContain(what);
    expect(provider.charged).toBeGreaterThanOrEqual(count('charged'));
    expect(provider.charged).toBeLessThanOrEqual(
      count('charged') + count('unknown') + count('nothing'),
    );
  },
  3_600_000,
);

function oneOf(fleet: readonly Restartable[], random: () => number): Restartable {
  const node = fleet[Math.floor(random() * fleet.length)];
  if (node === undefined) throw new Error('There is no gateway');
  return node;
}

/** The uploads whose number of charges contradicts what their clients heard. */
function mismatches(reported: ReadonlyMap<number, ReportedCost>, provider: ChargingProvider) {
  const expectedCharges: Record<ReportedCost, readonly number[]> = {
    charged: [1],
    free: [0],
    unknown: [0, 1],
    nothing: [0, 1],
  };
  return [...reported]
    .map(([number, what]) => ({ number, what, charges: provider.charges(nameOf(number)) }))
    .filter(({ what, charges }) => !expectedCharges[what].includes(charges));
}

interface Answer {
  readonly reported: ReportedCost;
  /** Whether a retry is pointless. */
  readonly final: boolean;
  readonly retryAfterMs: number;
}

const RETRY_AFTER_MS = 50;

/** Sends the upload once, with its own key. */
async function sendUpload(current: Restartable, number: number): Promise<Answer> {
  const gateway = await current.gateway;
  const result = await sendFile(gateway, UploadPhotoDocument, {
    file: fileOf(number),
    repairType: 'REPAIR',
    idempotencyKey: `key-${number}`,
  }).catch(() => null);
  // The gateway was killed.
  if (result === null) return { reported: 'nothing', final: false, retryAfterMs: RETRY_AFTER_MS };
  if (!result.errors) return { reported: 'charged', final: true, retryAfterMs: 0 };
  const { charged, retryable, retryAfterMs } = failureOf(result);
  expect(charged === false || charged === null).toBe(true);
  return {
    reported: charged === false ? 'free' : 'unknown',
    final: retryable !== true,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : RETRY_AFTER_MS,
  };
}

/** Kills the gateway as a power cut does, and starts it again. */
async function restart(current: Restartable, env: Readonly<Record<string, string>>): Promise<void> {
  const gateway = await current.gateway;
  const started = Promise.withResolvers<SpawnedGateway>();
  current.gateway = started.promise;
  await gateway.kill();
  started.resolve(await spawnGateway(env));
}

/** Pauses the gateway for a while, as a busy machine does. */
async function pause({ pid }: SpawnedGateway, ms: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await delay(ms);
  process.kill(pid, 'SIGCONT');
}
