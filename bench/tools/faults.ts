import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from 'graphql-sse';
import { endOnSignals } from '../run/processes.ts';
import { startFaultyProvider } from '../provider/faulty-provider.ts';
import { startSubject } from '../subjects/start-subject.ts';

/**
 * Runs many clients on a provider that fails often. Every error must be one that a fault explains.
 */
endOnSignals();
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    // Repeats the load: memory that grows with each round is a leak.
    rounds: { type: 'string', default: '1' },
    // The fraction of the provider's calls that each kind of fault hits.
    'fault-share': { type: 'string', default: '0.01' },
  },
});
const MIB = 1024 * 1024;
const SMALLEST_FILE = 20_000;
/** Errors that a fault of the provider may cause for a client. */
const EXPLAINED = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_ERROR',
  'UPSTREAM_INVALID_RESPONSE',
  'UPLOAD_OUTCOME_UNKNOWN',
  'PHOTO_NOT_READY',
]);

const byName = ([left]: readonly [string, number], [right]: readonly [string, number]) =>
  left.localeCompare(right);

interface Answer {
  readonly id: string | null;
  readonly code: string | null;
}

const outcomes = new Map<string, number>();
const count = (name: string) => void outcomes.set(name, (outcomes.get(name) ?? 0) + 1);

function read(text: string): Answer {
  return {
    id: /"id":"([^"]+)"/.exec(text)?.[1] ?? null,
    code: /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? null,
  };
}

async function upload(endpoint: string, key: string, sizeBytes: number): Promise<Answer> {
  const form = new FormData();
  const query = `mutation ($file: Upload!, $key: String!) {
    uploadPhoto(file: $file, repairType: REPAIR, idempotencyKey: $key) { id }
  }`;
  form.append('operations', JSON.stringify({ query, variables: { file: null, key } }));
  form.append('map', '{"0":["variables.file"]}');
  form.append('0', new Blob([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(sizeBytes - 4)]));
  const headers = { 'graphql-preflight': '1' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: form });
  return read(await response.text());
}

async function ask(endpoint: string, query: string): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

/**
 * One photo from its upload to its picture. It is sent again under its key until its result is
 * known.
 */
async function restore(endpoint: string, sizeBytes: number): Promise<void> {
  const key = randomUUID();
  let answer = await upload(endpoint, key, sizeBytes);
  for (let tries = 1; answer.id === null && tries < 10; tries += 1) {
    count(`upload: ${answer.code}`);
    if (answer.code === 'UPLOAD_OUTCOME_UNKNOWN') return;
    await delay(200 * tries);
    answer = await upload(endpoint, key, sizeBytes);
  }
  const { id } = answer;
  if (id === null) return count('upload: given up');
  count('uploaded');
  const subscriber = createClient({ url: endpoint, retryAttempts: 0 });
  const query = `subscription { photoReady(id: "${id}") { id } }`;
  const event = await subscriber.iterate({ query }).next();
  subscriber.dispose();
  const pushed = read(JSON.stringify(event));
  count(pushed.code === null ? 'pushed' : `pushed: ${pushed.code}`);
  const download = await ask(endpoint, `{ downloadUrl(id: "${id}") { url } }`);
  const url = /"url":"([^"]+)"/.exec(download)?.[1];
  if (url === undefined) return count(`download: ${read(download).code}`);
  const picture = await fetch(url);
  count(picture.ok ? 'downloaded' : `download: HTTP ${picture.status}`);
  await picture.arrayBuffer();
}

using provider = await startFaultyProvider({ faultShare: Number(values['fault-share']) });
const settings = {
  LOG_LEVEL: 'silent',
  POLLS_PER_SECOND: '1000',
  MAX_CONCURRENT_UPLOADS: '500',
  UPSTREAM_TIMEOUT_MS: '4000',
  UPLOAD_TIMEOUT_MS: '5000',
  // All clients come from one address.
  REQUESTS_PER_MINUTE_PER_ADDRESS: '1000000',
  MAX_CONNECTIONS_PER_ADDRESS: '10000',
  MAX_SUBSCRIPTIONS_PER_CLIENT: '10000',
  MAX_CONCURRENT_UPLOADS_PER_CLIENT: '500',
};
await using subject = await startSubject('gateway', { providerUrl: provider.url, settings });
const endpoint = subject.endpoint.href;
await Promise.all(Array.from({ length: 20 }, () => restore(endpoint, SMALLEST_FILE)));
outcomes.clear();
const before = subject.usage.residentBytes();
const restingBytes: number[] = [];
let until = 0;
let files = 0;
let failures = 0;

async function client() {
  while (performance.now() < until) {
    // Each file has its own size, by which the provider's account identifies it.
    files += 1;
    await restore(endpoint, SMALLEST_FILE + files).catch((error: unknown) => {
      failures += 1;
      count(`unexplained: ${String(error)}`);
    });
  }
}

for (let round = 1; round <= Number(values.rounds); round += 1) {
  until = performance.now() + Number(values.seconds) * 1000;
  await Promise.all(Array.from({ length: Number(values.clients) }, client));
  await delay(15_000);
  restingBytes.push(subject.usage.residentBytes());
}
const peak = subject.usage.peakResidentBytes();

console.log(`${values.clients} clients for ${values.seconds} s`);
for (const [name, times] of [...outcomes].toSorted(byName))
  console.log(`  ${name.padEnd(45)} ${times}`);
console.log('faults of the provider');
for (const [name, times] of [...provider.struck].toSorted(byName)) {
  console.log(`  ${name.padEnd(45)} ${times}`);
}
const unexplained = [...outcomes.keys()].filter((name) => {
  const code = / (\S+)$/.exec(name)?.[1] ?? '';
  return name.includes(': ') && !EXPLAINED.has(code);
});
let twice = 0;
for (let file = 1; file <= files; file += 1) {
  if (provider.charges(SMALLEST_FILE + file) > 1) twice += 1;
}
const toMib = (bytes: number) => (bytes / MIB).toFixed(0);
console.log(
  `memory: ${toMib(before)} MiB before, ${toMib(peak)} at its peak, fifteen seconds after: ${restingBytes.map(toMib).join(', ')}`,
);
process.exitCode = twice + unexplained.length > 0 ? 1 : 0;
