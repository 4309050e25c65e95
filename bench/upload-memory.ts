import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { startSinkProvider } from './sink-provider.ts';
import { startSubject, subjectNames, type SubjectName } from './subject.ts';

const MIB = 1024 * 1024;
const { values } = parseArgs({
  options: {
    uploads: { type: 'string', default: '20' },
    megabytes: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    // MiB/s at which the provider accepts each upload; 0 for as fast as loopback carries it.
    pace: { type: 'string', default: '0' },
  },
});
const uploads = Number(values.uploads);
const fileBytes = Number(values.megabytes) * MIB;
const bytesPerSecond = Number(values.pace) * MIB || Infinity;

/**
 * The pieces of one multipart upload: a file that begins as a JPEG does. `scalar` is the type of
 * its variable.
 */
function* multipart(boundary: string, scalar: string) {
  const operations = JSON.stringify({
    query: `mutation ($file: ${scalar}!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }`,
    variables: { file: null },
  });
  const part = (name: string, rest = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
  yield Buffer.from(
    `${part('operations')}${operations}\r\n${part('map')}{"0":["variables.file"]}\r\n`,
  );
  yield Buffer.from(part('0', '; filename="photo.jpg"\r\nContent-Type: image/jpeg'));
  yield Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
  const chunk = Buffer.alloc(64 * 1024);
  for (let sent = 4; sent < fileBytes; sent += chunk.length) {
    yield chunk.subarray(0, Math.min(chunk.length, fileBytes - sent));
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

async function upload(endpoint: string, dispatcher: Agent, scalar: string) {
  const boundary = `bench-${randomUUID()}`;
  const response = await request(endpoint, {
    method: 'POST',
    dispatcher,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'graphql-preflight': '1',
    },
    body: Readable.from(multipart(boundary, scalar)),
  });
  const text = await response.body.text();
  if (!text.includes('"id":"photo-')) throw new Error(`The upload was answered ${text}`);
}

/** The peak memory above that of the idle process, in MiB. */
async function measure(name: SubjectName): Promise<number> {
  using provider = await startSinkProvider({ bytesPerSecond });
  await using subject = await startSubject(name, provider.url);
  const dispatcher = new Agent({ headersTimeout: 120_000 });
  const scalar = name === 'plain Yoga' ? 'File' : 'Upload';
  // The first upload loads and compiles what every later one uses.
  await upload(subject.endpoint, dispatcher, scalar);
  const before = await subject.residentBytes();
  await Promise.all(
    Array.from({ length: uploads }, () => upload(subject.endpoint, dispatcher, scalar)),
  );
  const peak = await subject.peakResidentBytes();
  await dispatcher.close();
  return (peak - before) / MIB;
}

console.log(
  `${uploads} concurrent uploads of ${values.megabytes} MiB, taken at ${bytesPerSecond / MIB} MiB/s each: peak of memory above idle`,
);
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const name of subjectNames) {
    console.log(`  round ${round}  ${name.padEnd(14)} +${(await measure(name)).toFixed(0)} MiB`);
  }
}
