import { z } from 'zod';
import { hashOfKey, makeApiKey } from './api-key.ts';
import {
  clientName,
  dailyUploads,
  isMissing,
  moment,
  UnusableKeyFile,
  type KeyEntry,
} from './key-file.ts';
import { readKeys, writeKeys } from './kept-keys.ts';
import { UsageError } from './usage-error.ts';

/** What `add` was given, as text. */
export interface AddOptions {
  readonly name: string;
  readonly expires?: string | undefined;
  readonly 'uploads-per-day'?: string | undefined;
  /** Gives a client that has a key another one beside it. @default false */
  readonly another?: boolean | undefined;
}

const additions = z.object({
  name: clientName,
  expires: moment
    .refine((date) => date.getTime() > Date.now(), 'must lie in the future')
    .optional(),
  'uploads-per-day': z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(dailyUploads)
    .optional(),
});

/**
 * Makes a key for a client and adds its hash to the file at `path`, which is made where there is none. The key
 * is known to nobody but who gets this result.
 * @throws UsageError where an option is malformed, or the client has a key and `another` is not asked for.
 */
export async function addKey(
  path: string,
  options: AddOptions,
): Promise<{ readonly key: string; readonly said: string }> {
  const parsed = additions.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const option = issue?.path[0] === 'name' ? 'NAME' : `--${String(issue?.path[0])}`;
    throw new UsageError(`${option} ${issue?.message}`);
  }
  const { name, expires, 'uploads-per-day': uploadsPerDay } = parsed.data;
  const entries = await readKeysIfAny(path);
  const others = entries.filter(({ client }) => client === name);
  if (others.length > 0 && options.another !== true) {
    throw new UsageError(
      `${name} has a key already. Whoever has a key of a client is that client, with all its photos: ` +
        'add --another to give it one more, such as to change keys without a pause.',
    );
  }
  const key = makeApiKey();
  const added: KeyEntry = {
    client: name,
    sha256: hashOfKey(key),
    createdAt: new Date(),
    expiresAt: expires,
    uploadsPerDay: uploadsPerDay ?? others[0]?.uploadsPerDay,
  };
  await writeKeys(path, [...entries, added]);
  return { key, said: `The key of ${name}, which is shown this once and kept nowhere:` };
}

async function readKeysIfAny(path: string): Promise<readonly KeyEntry[]> {
  try {
    return await readKeys(path);
  } catch (error) {
    if (error instanceof UnusableKeyFile && isMissing(error.cause)) return [];
    throw error;
  }
}
