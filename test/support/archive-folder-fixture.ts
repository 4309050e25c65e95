import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pino } from 'pino';
import type { IncomingPicture } from '../../src/photos/archive/archive.ts';
import {
  createFolderArchive,
  type FolderArchive,
} from '../../src/photos/archive/folder-archive.ts';
import { createOwnAddresses, type OwnAddresses } from '../../src/photos/archive/own-addresses.ts';
import { createCors } from '../../src/server/admission/cors.ts';
import {
  createArchiveRoute,
  type ArchiveRouteOptions,
} from '../../src/server/pages/archive-route.ts';
import type { ArchiveFixture } from './archive-conformance.ts';
import { listen } from './listen.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface FolderFixture extends ArchiveFixture {
  readonly archive: FolderArchive;
  readonly addresses: OwnAddresses;
  readonly directory: string;
  /** All files, relative to the folder. */
  files(): Promise<readonly string[]>;
}

type Served = NonNullable<Awaited<ReturnType<ArchiveRouteOptions['photos']['archived']>>>;

/**
 * A folder archive with a server around its route. The server knows the pictures that are stored
 * here.
 */
export async function openFolderFixture(
  options: Partial<Pick<ArchiveRouteOptions, 'now'>> & {
    readonly corsOrigins?: readonly string[];
  } = {},
): Promise<FolderFixture> {
  await using opened = new AsyncDisposableStack();
  const { path: directory } = opened.use(await makeTemporaryDirectory());
  const signingKey = Buffer.alloc(32, 'key');
  const addresses = createOwnAddresses({ signingKey, ...options });
  const archive = await createFolderArchive({ directory, signingKey, ...options });
  const pictures = new Map<string, Served>();

  async function put(id: string, picture: IncomingPicture, signal: AbortSignal) {
    await archive.put(id, picture, signal);
    const bytes = await readFile(archive.pathOf(id));
    pictures.set(id, {
      name: id,
      mediaType: picture.mediaType,
      sizeBytes: bytes.length,
      sha256: hash('sha256', bytes),
      archivedAt: new Date(),
    });
  }

  async function files() {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1));
  }

  const route = createArchiveRoute({
    addresses,
    photos: {
      archived: async (id) => pictures.get(id) ?? null,
      original: async () => null,
      passOn: async () => ({ kind: 'none' }),
    },
    stored: { kind: 'files', pathOf: archive.pathOf },
    log: pino({ level: 'silent' }),
    ...options,
  });
  const cors = createCors(options.corsOrigins ?? []);
  const server = opened.use(
    await listen(
      createServer((req, res) => {
        res.setHeader('Vary', 'Origin');
        const [, origin] = cors.headersFor(req.headers.origin ?? '');
        if (origin !== undefined) res.setHeader('Access-Control-Allow-Origin', origin);
        if (!cors.answersPreflight(req, res, []) && !route(req, res)) res.writeHead(421).end();
      }),
    ),
  );
  const running = opened.move();
  return {
    archive: { ...archive, put },
    addresses,
    origin: server.url,
    directory,
    files,
    leftovers: async () => (await files()).filter((file) => !/^[0-9a-f]{2}\/photo-/.test(file)),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
