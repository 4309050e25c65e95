import { parseArgs } from 'node:util';
import { createClient } from 'graphql-sse';
import { startSubject } from './subject.ts';
import { startTimedProvider, type TimedPhoto } from './timed-provider.ts';

/**
 * Measures the running gateway on a provider with known processing times: polls per photo, and how
 * late its owner learns that it is ready.
 */
const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '160' },
    learning: { type: 'string', default: '80' },
    together: { type: 'string', default: '16' },
  },
});
const photoCount = Number(values.photos);
const learningCount = Number(values.learning);
const together = Number(values.together);

const uniform = (from: number, to: number) => () => from + Math.random() * (to - from);
const scenarios = {
  '3 s ± 20 %': uniform(2400, 3600),
  '6 s ± 20 %': uniform(4800, 7200),
  'uniform 3–9 s': uniform(3000, 9000),
  'constant 3 s': () => 3000,
  'constant 7.3 s': () => 7300,
} as const;

interface Seen extends TimedPhoto {
  readonly delayMs: number;
}

/** Uploads one photo and waits for its push. */
async function restore(endpoint: string, photos: ReadonlyMap<string, TimedPhoto>): Promise<Seen> {
  const form = new FormData();
  const query = 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }';
  form.append('operations', JSON.stringify({ query, variables: { file: null } }));
  form.append('map', '{"0":["variables.file"]}');
  form.append('0', new Blob([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(50_000)]));
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'graphql-preflight': '1' },
    body: form,
  });
  const id = /"id":"([^"]+)"/.exec(await response.text())?.[1] ?? '';
  const client = createClient({ url: endpoint, retryAttempts: 0 });
  await client.iterate({ query: `subscription { photoReady(id: "${id}") { id } }` }).next();
  const pushedAtMs = performance.now();
  client.dispose();
  const photo = photos.get(id);
  if (photo === undefined) throw new Error(`The gateway gave the id ${id}`);
  return { ...photo, delayMs: pushedAtMs - photo.readyAtMs };
}

async function measure(drawTimeMs: () => number): Promise<readonly Seen[]> {
  using provider = await startTimedProvider(drawTimeMs);
  await using subject = await startSubject('photo-gateway', provider.url);
  const seen: Seen[] = [];
  let begun = 0;
  async function work() {
    // Starts out of step with the others.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
    while (begun < photoCount) {
      begun += 1;
      seen.push(await restore(subject.endpoint, provider.photos));
    }
  }
  await Promise.all(Array.from({ length: together }, work));
  return seen.slice(learningCount);
}

function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}

console.log(
  `${photoCount} photos, ${together} at a time; the first ${learningCount} are not counted`,
);
for (const [name, drawTimeMs] of Object.entries(scenarios)) {
  const seen = await measure(drawTimeMs);
  const delays = seen.map(({ delayMs }) => delayMs);
  const polls = seen.reduce((sum, photo) => sum + photo.polls, 0) / seen.length;
  const [median, late] = [quantile(delays, 0.5), quantile(delays, 0.9)].map((ms) => ms.toFixed(0));
  console.log(
    `  ${name.padEnd(15)} ${polls.toFixed(1)} polls, ${median} ms late (9 of 10: ${late})`,
  );
}
