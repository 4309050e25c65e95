import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import {
  CONDUCTS,
  EARLY_CONDUCTS,
  startBookingProvider,
  type BookingProvider,
  type Conduct,
} from './support/booking-provider.ts';
import { readFixture } from './support/fixtures.ts';
import { failureOf, sendFile } from './support/graphql-client.ts';
import { seededRandom } from './support/seeded-random.ts';
import { spawnGateway, type SpawnedGateway } from './support/spawn-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** `npm run test:soak` asks for more. */
const UPLOADS = Number(process.env['LEDGER_UPLOADS'] ?? 200);
const CLIENTS = 24;
/** The share of uploads with which something goes wrong. */
const FAULTS = 0.4;
/** Uploads between two disturbances of the gateway's process. */
const DISTURBED_EVERY = 40;
const TRIES = 8;

/** What a client was told last of its upload. */
type Told = 'charged' | 'free' | 'unknown' | 'nothing';

const picture = await readFixture('one-pixel.png');

const nameOf = (number: number) => `picture-${number}.png`;

/** Each is a file of its own; some are so large that they can be answered before their end. */
const fileOf = (number: number) =>
  new File([picture, new Uint8Array(number % 8 === 0 ? 2 ** 20 + number : number)], nameOf(number));

interface Restartable {
  gateway: Promise<SpawnedGateway>;
}

test.each([
  ['the gateway is killed and halted', CONDUCTS, 'kill'],
  // Killed just then, the gateway cannot know that a picture was taken that it had not sent whole.
  ['pictures are taken before their end', [...CONDUCTS, ...EARLY_CONDUCTS], 'halt'],
] as const)(
  'clients are told what the provider books while %s',
  async (_what, conducts, most) => {
    const random = seededRandom();
    const draw = (list: readonly Conduct[]) =>
      list[Math.floor(random() * list.length)] ?? CONDUCTS[0];
    await using provider = await startBookingProvider(
      () => (random() < FAULTS ? draw(conducts) : CONDUCTS[0]),
      random,
    );
    await using directory = await makeTemporaryDirectory();
    const env = {
      ...provider.env,
      DATA_DIR: directory.path,
      ARCHIVE_URL: 'off',
      UPLOAD_TIMEOUT_MS: '1500',
      // Many times what a late charge takes: this process, which plays the provider, may be slow itself.
      UPLOAD_SETTLE_MS: '2000',
      POLL_INTERVAL_MS: '1000',
    };
    const current: Restartable = { gateway: spawnGateway(env) };
    const told = new Map<number, Told>();
    const heard = new Set<Told>();
    let next = 0;

    async function uploadOne(number: number): Promise<Told> {
      let last: Told = 'nothing';
      for (let tries = 1; tries <= TRIES; tries += 1) {
        const answer = await tell(current, number);
        heard.add(answer.told);
        last = answer.told === 'nothing' && last !== 'nothing' ? 'unknown' : answer.told;
        if (answer.final || random() < 0.05) return last;
        await delay(answer.retryAfterMs);
      }
      return last;
    }

    async function beClient() {
      while (next < UPLOADS) {
        const number = next;
        next += 1;
        if (number % DISTURBED_EVERY === DISTURBED_EVERY - 1) {
          if (most === 'kill' && random() < 0.5) await restart(current, env);
          else await halt(await current.gateway, random() * 1000);
        }
        told.set(number, await uploadOne(number));
      }
    }

    await Promise.all(Array.from({ length: CLIENTS }, beClient));
    await (await current.gateway).kill();
    await provider.settled();
    expect(misfits(told, provider)).toEqual([]);
    const count = (what: Told) => [...told.values()].filter((each) => each === what).length;
    // A run in which nothing of a kind happened would show nothing of it.
    for (const what of ['charged', 'free', 'unknown'] as const) expect(heard).toContain(what);
    expect(provider.charged).toBeGreaterThanOrEqual(count('charged'));
    expect(provider.charged).toBeLessThanOrEqual(
      count('charged') + count('unknown') + count('nothing'),
    );
  },
  3_600_000,
);

/** The uploads of which the ledger has another number than their clients were told. */
function misfits(told: ReadonlyMap<number, Told>, provider: BookingProvider) {
  const fitting: Record<Told, readonly number[]> = {
    charged: [1],
    free: [0],
    unknown: [0, 1],
    nothing: [0, 1],
  };
  return [...told]
    .map(([number, what]) => ({ number, what, charges: provider.charges(nameOf(number)) }))
    .filter(({ what, charges }) => !fitting[what].includes(charges));
}

interface Answer {
  readonly told: Told;
  /** Whether there is no point in a retry. */
  readonly final: boolean;
  readonly retryAfterMs: number;
}

const RETRY_AFTER_MS = 50;

/** Sends the upload once, with its own key. */
async function tell(current: Restartable, number: number): Promise<Answer> {
  const gateway = await current.gateway;
  const result = await sendFile(gateway, UploadPhotoDocument, {
    file: fileOf(number),
    repairType: 'REPAIR',
    idempotencyKey: `key-${number}`,
  }).catch(() => null);
  // The gateway was killed.
  if (result === null) return { told: 'nothing', final: false, retryAfterMs: RETRY_AFTER_MS };
  if (!result.errors) return { told: 'charged', final: true, retryAfterMs: 0 };
  const { charged, retryable, retryAfterMs } = failureOf(result);
  expect(charged === false || charged === null).toBe(true);
  return {
    told: charged === false ? 'free' : 'unknown',
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

/** Halts the gateway for a while, as a machine does that has other work. */
async function halt({ pid }: SpawnedGateway, ms: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await delay(ms);
  process.kill(pid, 'SIGCONT');
}
