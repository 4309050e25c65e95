import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DownloadUrlDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { archivedIds } from './support/archived-ids.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { startLedgerProvider } from './support/ledger-provider.ts';
import { seededRandom } from './support/seeded-random.ts';
import { spawnGateway, type SpawnedGateway } from './support/spawn-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

/** `npm run test:soak` asks for more. */
const KILLS = Number(process.env['KILLS'] ?? 10);
/** About as long as an upload takes, with its polls and archiving. */
const LONGEST_DELAY_MS = 150;

const picture = await readFixture('landscape-small.jpg');

/** The file of each key has its own size, by which the provider's ledger identifies it. */
const fileOf = (round: number) => new Blob([picture, new Uint8Array(round)]);

function upload(gateway: SpawnedGateway, round: number) {
  return sendFile(gateway, UploadPhotoDocument, {
    file: fileOf(round),
    repairType: 'REPAIR',
    idempotencyKey: `key-${round}`,
  });
}

test('a gateway that is killed at random moments loses no photo and pays for none twice', async () => {
  const random = seededRandom();
  await using provider = await startLedgerProvider();
  await using directory = await makeTemporaryDirectory();
  const env = {
    ...provider.env,
    DATA_DIR: directory.path,
    POLL_INTERVAL_MS: '20',
    // The provider charges before it answers.
    UPLOAD_SETTLE_MS: '300',
  };
  const outcomes: string[] = [];

  /** Repeats the upload that the killed gateway was sending; `answered` is the id that the client got. */
  async function settle(gateway: SpawnedGateway, round: number, answered: string | null) {
    const result = await upload(gateway, round);
    const charges = provider.charges(fileOf(round).size);
    const failure = result.errors ? failureOf(result) : null;
    const outcome = failure ? failure['code'] : dataOf(result).uploadPhoto.id;
    // Killed before it had noted the id, where there is one, the gateway knows of no photo and calls nothing free.
    expect(outcome).toMatch(/^(?:photo-\d+|UPLOAD_OUTCOME_UNKNOWN|RATE_LIMITED)$/);
    expect(failure?.['charged'] ?? null).toBeNull();
    expect(failure ? [0, 1] : [1]).toContain(charges);
    expect(outcome).toBe(answered ?? outcome);
    outcomes.push(String(outcome));
  }

  let gateway = await spawnGateway(env);
  for (let round = 0; round < KILLS; round += 1) {
    const uploading = upload(gateway, round).catch(() => null);
    await delay(random() * LONGEST_DELAY_MS);
    await gateway.kill();
    const result = await uploading;
    gateway = await spawnGateway(env);
    await settle(gateway, round, result && dataOf(result).uploadPhoto.id);
  }
  try {
    const paid = outcomes.filter((outcome) => outcome.startsWith('photo-'));
    expect(new Set(paid).size).toBe(paid.length);
    await expect.poll(() => archivedIds(gateway)).toEqual(paid.toSorted());
    for (const id of paid) expect(await downloadSize(gateway, id)).toBe(picture.size);
  } finally {
    await gateway.kill();
  }
}, 3_600_000);

async function downloadSize(gateway: SpawnedGateway, id: string): Promise<number> {
  const { downloadUrl } = dataOf(await send(gateway, DownloadUrlDocument, { id }));
  const response = await fetch(downloadUrl.url);
  expect(response.status).toBe(200);
  return (await response.blob()).size;
}
