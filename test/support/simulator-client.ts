import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  startSimulator,
  type Endpoint,
  type Simulator,
  type SimulatorOptions,
} from '../../packages/simulator/simulator.ts';

const PATHS: Readonly<Record<Endpoint, string>> = {
  upload: '/api/third/photo/upload',
  status: '/api/third/photo/status',
  download: '/api/third/photo/download',
  nums: '/api/third/company/nums',
};

export function pathOf(endpoint: Endpoint): string {
  return PATHS[endpoint];
}

/** The document's token, made of `key` and the time in seconds. */
export function tokenOf(key: string, timeSeconds: number | string): string {
  return `${createHash('md5').update(`${key}${timeSeconds}`).digest('hex')},${timeSeconds}`;
}

const uploaded = z.object({
  code: z.literal(200),
  data: z.object({ img_url: z.url(), mdf: z.string() }),
});
const downloaded = z.object({ code: z.literal(200), data: z.object({ url: z.url() }) });

/** A file of `test/fixtures`, as bytes. */
export async function readPicture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(new URL(`../fixtures/${name}`, import.meta.url)));
}

/** A customer's own program, according to the provider's document, with its own simulator. */
export async function connectSimulator(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ processingTimeMs: 0, ...options });
  return { simulator, ...createCustomer(simulator, options.now ?? Date.now) };
}

function createCustomer(simulator: Simulator, now: () => number) {
  const token = () => tokenOf(simulator.secretKey, Math.floor(now() / 1000));

  /** Posts `body` and resolves with the parsed JSON of the response, whatever it says. */
  async function post(endpoint: Endpoint, body: BodyInit, headers: Record<string, string> = {}) {
    const response = await fetch(`${simulator.url}${PATHS[endpoint]}`, {
      method: 'POST',
      headers: { token: token(), ...headers },
      body,
    });
    const answer: unknown = await response.json();
    return { status: response.status, headers: response.headers, answer };
  }

  /** Calls with the given fields. `third_code` is right unless they say otherwise. */
  async function call(endpoint: Endpoint, fields: Record<string, string> = {}) {
    const { answer } = await post(endpoint, formOf({ third_code: simulator.thirdCode, ...fields }));
    return answer;
  }

  async function upload(
    file: Uint8Array<ArrayBuffer>,
    fields: Record<string, string> = { repair_type: 'sr' },
  ) {
    const form = formOf({ third_code: simulator.thirdCode, ...fields });
    form.append('file', new Blob([file]), 'photo.jpg');
    return (await post('upload', form)).answer;
  }

  /** Uploads, and resolves with the picture's id. The picture is not ready yet. */
  async function accept(file: Uint8Array<ArrayBuffer>, fields?: Record<string, string>) {
    return uploaded.parse(await upload(file, fields)).data;
  }

  /** Uploads, waits for the result and fetches it. */
  async function restore(file: Uint8Array<ArrayBuffer>, fields?: Record<string, string>) {
    const ready = once(simulator.events, 'photoReady');
    const { mdf } = await accept(file, fields);
    await ready;
    const { url } = downloaded.parse(await call('download', { mdf })).data;
    const response = await fetch(url);
    return Buffer.from(await response.arrayBuffer());
  }

  return { token, post, call, upload, accept, restore };
}

export function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}
