import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents, type ServerSentEvent } from '../examples/read-events.ts';
import { QuotaDocument } from '../schema/typed/graphql.ts';
import { startSimulator } from '../packages/simulator/simulator.ts';
import { recordClientRun, type ClientVersion } from './support/client-runs.ts';
import {
  EXAMPLES,
  startExample,
  type ExampleOptions,
  type RunningExample,
} from './support/example.ts';
import { freePort } from './support/free-port.ts';
import { dataOf, send } from './support/graphql-client.ts';
import { launchGateway, type LaunchedGateway } from './support/launch-gateway.ts';
import { readMetrics } from './support/telemetry-metrics.ts';
import { makeTemporaryDirectory, type TemporaryDirectory } from './support/temporary-directory.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const picture = fixture('landscape-small.jpg');

const started = new AsyncDisposableStack();
let gateway: LaunchedGateway;
let folder: TemporaryDirectory;

beforeAll(async () => {
  folder = started.use(await makeTemporaryDirectory());
  gateway = started.use(await launchGateway({}));
});
afterAll(() => started.disposeAsync());

const start = (name: ExampleOptions['name'], options: Partial<ExampleOptions> = {}) =>
  startExample({
    name,
    endpoint: gateway.endpoint,
    idempotencyKey: randomUUID(),
    picture,
    output: join(folder.path, `${name}.jpg`),
    ...options,
  });

/** The id of the photo that the example has uploaded. */
async function uploadedBy(example: RunningExample): Promise<string> {
  const line = await example.nextLine();
  const id = /^Uploaded as photo (\S+), waiting for it$/.exec(line ?? '')?.[1];
  if (id === undefined) throw new Error(`${line}: ${(await example.ended).said}`);
  return id;
}

const remaining = async () => dataOf(await send(gateway, QuotaDocument, {})).quota.remaining;

/** The library or program that an example shows. */
const SHOWN: Readonly<
  Record<ExampleOptions['name'], { client: string; version: ClientVersion; needs: string }>
> = {
  'apollo.ts': {
    client: 'apollo-upload-client',
    version: { package: 'apollo-upload-client' },
    needs: 'the header `Apollo-Require-Preflight`',
  },
  'urql.ts': {
    client: 'urql',
    version: { package: '@urql/core' },
    needs: '`fetchSubscriptions`, the header `GraphQL-Preflight`',
  },
  'fetch.ts': {
    client: 'fetch',
    version: { program: `Node ${process.versions.node}` },
    needs: 'the header `GraphQL-Preflight`',
  },
  'curl.sh': {
    client: 'curl',
    version: { program: execFileSync('curl', ['--version']).toString().split(' ')[1] ?? '' },
    needs: 'the header `GraphQL-Preflight`',
  },
};

describe.each(EXAMPLES)('the example %s', (name) => {
  test('saves the restored picture for one upload, and again for none with the same key', async ({
    task,
  }) => {
    const before = await remaining();
    const output = join(folder.path, `${name}-restored.jpg`);
    const idempotencyKey = randomUUID();
    await using example = start(name, { idempotencyKey, output });
    const photo = await uploadedBy(example);
    expect(await example.nextLine()).toBe(`Saved as ${output}`);
    expect(await example.ended).toEqual({ exitCode: 0, said: '' });

    const original = await sharp(picture).metadata();
    const { format, width, height } = await sharp(output).metadata();
    expect({ format, width, height }).toEqual({
      format: 'jpeg',
      width: 2 * original.width,
      height: 2 * original.height,
    });
    expect(await remaining()).toBe(before - 1);

    await using again = start(name, { idempotencyKey });
    expect(await uploadedBy(again)).toBe(photo);
    expect(await again.ended).toEqual({ exitCode: 0, said: '' });
    expect(await readFile(join(folder.path, `${name}.jpg`))).toEqual(await readFile(output));
    expect(await remaining()).toBe(before - 1);
    const ran = `from the upload to the picture ([example](../examples/${name}))`;
    recordClientRun(task, { ...SHOWN[name], ran, result: 'the picture, for one upload' });
  });

  test('reports the code of a refused file and its cost, and exits with 1', async () => {
    await using example = start(name, { picture: fileURLToPath(import.meta.url) });
    expect(await example.ended).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/^UNSUPPORTED_FILE_TYPE: .*\. Nothing was charged\.\n$/),
    });
  });

  test('reports that no gateway answers and how to try again, and exits with 1', async () => {
    await using example = start(name, { endpoint: `http://127.0.0.1:${await freePort()}/graphql` });
    expect(await example.ended).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/(ECONNREFUSED|curl: \(7\)).*IDEMPOTENCY_KEY=\S+\n$/s),
    });
  });
});

test('every example subscribes again if the gateway restarts while it waits', async ({ task }) => {
  await using stack = new AsyncDisposableStack();
  const simulator = stack.use(await startSimulator({ processingTimeMs: 600_000 }));
  const env = {
    PHOTO_API_URL: simulator.url,
    PHOTO_THIRD_CODE: simulator.thirdCode,
    PHOTO_SECRET_KEY: simulator.secretKey,
    DATA_DIR: folder.path,
  };
  const first = stack.use(await launchGateway(env));
  const { endpoint } = first;
  const subscribers = async () =>
    (await readMetrics(new URL('/metrics', endpoint).href)).sumOf('photo_gateway_subscribers');

  const examples = EXAMPLES.map((name) => stack.use(start(name, { endpoint })));
  const photos = await Promise.all(examples.map(uploadedBy));
  await expect.poll(subscribers).toBe(EXAMPLES.length);

  process.kill(await first.gatewayPid(), 'SIGTERM');
  expect(await first.exitCode).toBe(0);
  stack.use(await launchGateway({ ...env, PORT: new URL(endpoint).port }));
  await expect.poll(subscribers).toBe(EXAMPLES.length);
  for (const photo of photos) simulator.finish(photo);

  for (const { ended } of examples) expect(await ended).toEqual({ exitCode: 0, said: '' });
  expect(simulator.uploadsLeft).toBe(100 - EXAMPLES.length);
  const result = 'subscribes again, and is told the event';
  for (const name of ['fetch.ts', 'curl.sh'] as const) {
    const needs = `a loop, as in its [example](../examples/${name})`;
    const ran = 'a restart, over server-sent events';
    recordClientRun(task, { ...SHOWN[name], ran, result, needs });
  }
}, 60_000);

describe('the events of a stream', () => {
  const bytes = new TextEncoder().encode(
    '\uFEFF: a comment\r\n\r\nevent: next\r\ndata: {"text":\r\ndata: "相片 🖼"}\r\n\r\n:\n\n' +
      'data:without a space\n\nevent: no data\n\nid: 1\rdata\rdata: a:b\r\revent: cut off\ndata: x\n',
  );
  const events: readonly ServerSentEvent[] = [
    { type: 'next', data: '{"text":\n"相片 🖼"}' },
    { type: 'message', data: 'without a space' },
    { type: 'message', data: '\na:b' },
  ];

  test('are the same however the network splits it', async () => {
    for (let sizeBytes = 1; sizeBytes <= bytes.length; sizeBytes += 1) {
      const read: ServerSentEvent[] = [];
      for await (const event of readEvents(inPieces(bytes, sizeBytes))) read.push(event);
      expect(read).toEqual(events);
    }
  });

  test('end its connection when the reader stops', async () => {
    const canceled = Promise.withResolvers<void>();
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(bytes),
      cancel: () => canceled.resolve(),
    });
    for await (const event of readEvents(new Response(endless))) {
      expect(event).toEqual(events[0]);
      break;
    }
    await canceled.promise;
  });
});

function inPieces(bytes: Uint8Array, sizeBytes: number): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let from = 0; from < bytes.length; from += sizeBytes) {
        controller.enqueue(bytes.subarray(from, from + sizeBytes));
      }
      controller.close();
    },
  });
  return new Response(body);
}
