import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { faultOfWebhookSecret } from '../common/webhook-secret.ts';
import { parseJson } from './parse-json.ts';

/**
 * A keys file that cannot be used. The message is one line that begins with the path and quotes nothing of
 * the file.
 */
export class UnusableKeyFile extends Error {
  override readonly name = 'UnusableKeyFile';
}

/** A date and time, or a date alone, which means its start in UTC. */
export const dateText = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a date such as 2031-12-31')
  .transform((text) => new Date(text));

/** The allowed names of clients. */
export const clientName = z
  .string()
  .regex(/^[A-Za-z\d][\w.@-]{0,63}$/, 'must be 1 to 64 letters, digits, or any of ._@-');

export const dailyUploads = z
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(1_000_000_000, 'must be at most 1000000000');

const keyEntry = strict({
  client: clientName,
  sha256: z.string().regex(/^[\da-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal'),
  createdAt: dateText.optional(),
  expiresAt: dateText.optional(),
  uploadsPerDay: dailyUploads.optional(),
});

const webhookSecret = z.string().superRefine((text, context) => {
  const message = faultOfWebhookSecret(text);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

/** The address of a receiver of webhooks. What else it must be depends on the gateway's settings. */
export const webhookUrl = z
  .string()
  .refine(
    (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
    'must be an address such as https://shop.example.com/photos',
  )
  .refine((text) => !/[\s#@]/.test(text), 'must have no spaces, no "#" and no "@" in it');

const webhookEntry = strict({
  client: clientName,
  url: webhookUrl,
  // The current one first. The others sign too, so that its receiver can change over to it.
  secrets: z.array(webhookSecret).min(1, 'must not be empty').max(5, 'must be at most 5'),
});

const MAX_KEYS = 10_000;
const MAX_BYTES = 4_194_304;

const keyFile = strict({
  keys: z
    .array(keyEntry)
    .max(MAX_KEYS, `must be at most ${MAX_KEYS}`)
    .refine(
      (entries) => new Set(entries.map(({ sha256 }) => sha256)).size === entries.length,
      'has the same key twice',
    ),
  webhooks: z
    .array(webhookEntry)
    .max(MAX_KEYS, `must be at most ${MAX_KEYS}`)
    .refine(
      (entries) => new Set(entries.map(({ client }) => client)).size === entries.length,
      'has two for one client',
    )
    .default([]),
});

/** One key of the file: its client, its hash, its expiry and its upload limit. */
export type KeyEntry = Readonly<z.infer<typeof keyEntry>>;

/** Where the holder of a client's keys wants to be told of its photos. */
export type WebhookEntry = Readonly<z.infer<typeof webhookEntry>>;

/** The content of the file. A webhook whose client has no key is not used. */
export interface KeyFile {
  readonly keys: readonly KeyEntry[];
  readonly webhooks: readonly WebhookEntry[];
}

/**
 * Reads the text of the keys file at `path`.
 * @throws UnusableKeyFile if it cannot be read.
 */
export async function readKeyFile(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('is not a file');
    if (found.size > MAX_BYTES) throw new Error(`is larger than ${MAX_BYTES} bytes`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw unusable(path, isMissing(cause) ? MISSING : `cannot be read (${String(cause)})`, cause);
  }
}

const MISSING = 'does not exist: `npm run keys -- add NAME` creates it';

/**
 * Parses the text of the keys file at `path`.
 * @throws UnusableKeyFile if it is malformed.
 */
export function parseKeyFile(path: string, text: string): KeyFile {
  const value = parseJson(text);
  if (value === undefined) throw unusable(path, 'is not valid JSON');
  const parsed = keyFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unusable(path, `is malformed: ${issue?.path.join('.')} ${issue?.message}`);
}

/** The text of a keys file with this content. */
export function formatKeyFile({ keys, webhooks }: KeyFile): string {
  const content = webhooks.length === 0 ? { keys } : { keys, webhooks };
  return `${JSON.stringify(content, null, 2)}\n`;
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/**
 * A schema without further properties: a misspelt `expiresAt` would give a key that never expires. The error
 * does not name the unknown property: someone may have put a key there.
 */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? 'has an unknown property' : 'must be an object',
  });
}

function unusable(path: string, what: string, cause?: unknown) {
  return new UnusableKeyFile(`${path} ${what}`, { cause });
}
