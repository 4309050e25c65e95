import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../packages/simulator/simulator.ts';
import { hashOfKey, makeApiKey } from '../../src/access/api-key.ts';
import {
  addKey,
  readKeys,
  removeKeys,
  writeKeys,
  type AddOptions,
} from '../../src/access/key-commands.ts';
import { loadConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createReadableLog, type ReadableLog } from './access-log.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface KeysFile extends AsyncDisposable {
  readonly path: string;
  /** Creates a key of the client `name`. */
  add(name: string, options?: Omit<AddOptions, 'name'>): Promise<string>;
  /** Creates a key that has already expired. */
  addExpired(name: string): Promise<string>;
  /** Takes the keys of the client `name` back. */
  revoke(name: string): Promise<void>;
}

/** An API keys file without keys, in its own folder. */
export async function makeKeysFile(): Promise<KeysFile> {
  const directory = await makeTemporaryDirectory();
  const path = join(directory.path, 'keys.json');
  return {
    path,
    add: async (name, options) => (await addKey(path, { ...options, name })).key,
    async addExpired(client) {
      const key = makeApiKey();
      const entry = { client, sha256: hashOfKey(key), expiresAt: new Date(Date.now() - 1000) };
      const file = await readKeys(path);
      await writeKeys(path, { ...file, keys: [...file.keys, entry] });
      return key;
    },
    async revoke(name) {
      await removeKeys(path, name);
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

export interface GuardedGateway extends AsyncDisposable, ReadableLog {
  readonly url: string;
  readonly endpoint: string;
  readonly simulator: Simulator;
}

/**
 * The real gateway with `AUTH=required`, in front of its own simulator, whose photos take
 * `processingTimeMs`.
 */
export async function startGuardedGateway(
  env: Readonly<Record<string, string>>,
  processingTimeMs = 100,
): Promise<GuardedGateway> {
  await using started = new AsyncDisposableStack();
  const directory = started.use(await makeTemporaryDirectory());
  const simulator = await startSimulator({ processingTimeMs });
  started.defer(() => simulator.close());
  const config = loadConfig({
    PORT: '0',
    POLL_INTERVAL_MS: '50',
    DRAIN_TIMEOUT_MS: '2000',
    DATA_DIR: directory.path,
    PHOTO_API_URL: simulator.url,
    PHOTO_THIRD_CODE: simulator.thirdCode,
    PHOTO_SECRET_KEY: simulator.secretKey,
    AUTH: 'required',
    ...env,
  });
  const readable = createReadableLog();
  const gateway = await startGateway(config, readable.log);
  started.defer(() => gateway.close());
  const running = started.move();
  return {
    ...readable,
    url: gateway.url,
    endpoint: `${gateway.url}/graphql`,
    simulator,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
