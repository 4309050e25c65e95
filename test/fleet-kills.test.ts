import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { archivedIds } from './support/archived-ids.ts';
import { readFixture } from './support/fixtures.ts';
import { uploadUntilDecided } from './support/fleet-clients.ts';
import { dataOf, sendFile } from './support/graphql-client.ts';
import { startLedgerProvider } from './support/ledger-provider.ts';
import { createDatabase } from './support/postgres.ts';
import { seededRandom } from './support/seeded-random.ts';
import { spawnGateway, type SpawnedGateway } from './support/spawn-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** `npm run test:soak` asks for more. */
const KILLS = Number(process.env['FLEET_KILLS'] ?? 5);
const GATEWAYS = 3;
/** About as long as an upload takes, with its polls and archiving. */
const LONGEST_DELAY_MS = 150;

const picture = await readFixture('landscape-small.jpg');

/** The file of each key has its own size, by which the provider's ledger identifies it. */
const fileOf = (round: number) => new Blob([picture, new Uint8Array(round)]);

test('gateways of a fleet that are killed at random moments lose no photo, and none is paid twice', async () => {
  const random = seededRandom();
  await using provider = await startLedgerProvider();
  await using database = await createDatabase();
  await using directory = await makeTemporaryDirectory();
  await using processes = new AsyncDisposableStack();
  const env = {
    ...provider.env,
    DATABASE_URL: database.url,
    ARCHIVE_URL: `file:${directory.path}/archive`,
    DATA_DIR: `${directory.path}/data`,
    POLL_INTERVAL_MS: '20',
    // The provider charges before it answers.
    UPLOAD_SETTLE_MS: '300',
    UPLOAD_TIMEOUT_MS: '4000',
  };

  async function start(): Promise<SpawnedGateway> {
    const gateway = await spawnGateway(env);
    processes.defer(() => gateway.kill());
    return gateway;
  }

  const fleet: (SpawnedGateway | undefined)[] = await Promise.all(
    Array.from({ length: GATEWAYS }, start),
  );
  const at = (index: number) => fleet[index % GATEWAYS]?.endpoint ?? '';
  /** Each try goes to the next gateway, as through a load balancer. */
  let turn = 0;
  const anyGateway = {
    get endpoint() {
      turn += 1;
      return at(turn);
    },
  };

  /** The ids that clients got before their gateway was killed, and after a repeat at another. */
  const answered = new Map<number, string>();
  const decided = new Map<number, string | null>();
  const repeats: Promise<void>[] = [];

  async function repeat(round: number) {
    const upload = { file: fileOf(round), key: `key-${round}` };
    decided.set(round, await uploadUntilDecided(anyGateway, upload));
  }

  for (let round = 0; round < KILLS; round += 1) {
    const index = round % GATEWAYS;
    const doomed = fleet[index];
    const variables = {
      file: fileOf(round),
      repairType: 'REPAIR',
      idempotencyKey: `key-${round}`,
    } as const;
    const uploading = sendFile({ endpoint: at(index) }, UploadPhotoDocument, variables).catch(
      () => null,
    );
    await delay(random() * LONGEST_DELAY_MS);
    await doomed?.kill();
    const result = await uploading;
    if (result !== null) answered.set(round, dataOf(result).uploadPhoto.id);
    repeats.push(repeat(round));
    fleet[index] = await start();
  }
  await Promise.all(repeats);

  for (let round = 0; round < KILLS; round += 1) {
    const id = decided.get(round) ?? null;
    const charges = provider.charges(fileOf(round).size);
    expect({ round, id }).toEqual({ round, id: answered.get(round) ?? id });
    expect(id === null ? [0, 1] : [1]).toContain(charges);
  }
  const paid = [...decided.values()].filter((id) => id !== null);
  expect(new Set(paid).size).toBe(paid.length);
  await expect
    .poll(() => archivedIds(anyGateway), { timeout: 90_000, interval: 500 })
    .toEqual(paid.toSorted());
}, 3_600_000);
