import { createServer, type ServerResponse } from 'node:http';
import { pino } from 'pino';
import { z } from 'zod';
import {
  createArchiveWorker,
  type ArchiveWorker,
  type ArchiveWorkerOptions,
} from '../../src/photos/archive/archive-worker.ts';
import { createFolderArchive } from '../../src/photos/archive/folder-archive.ts';
import { createPhotoEvents } from '../../src/photos/photo-events.ts';
import { openSqliteStore } from '../../src/photos/store/sqlite/sqlite-store.ts';
import { openFetcher } from './archive-fetcher.ts';
import { readPicture } from './archive-sources.ts';
import { listen } from './listen.ts';
import { connectProvider } from './provider-client.ts';
import { answers, startProviderStub, type StubAnswer } from './provider-stub.ts';
import { uploadOf } from './store-samples.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

export interface ArchiveWorkerFixtureOptions extends Partial<ArchiveWorkerOptions> {
  /** Serves the finished picture of a photo. `earlier` is the number of requests for it before. */
  readonly serve?: (res: ServerResponse, id: string, earlier: number) => void;
  /** The provider's response to the request for the picture's address, instead of the real one. */
  readonly locate?: (id: string) => StubAnswer | undefined;
  /** The archive's folder, instead of a new one. */
  readonly directory?: string;
}

const logLine = z.looseObject({ level: z.number(), msg: z.string() });

/**
 * An archive worker with a real store, a folder, and a provider whose responses and pictures the
 * test decides.
 */
export async function openArchiveWorker(options: ArchiveWorkerFixtureOptions = {}) {
  const { serve, locate, now = Date.now, ...archiveWorkerOptions } = options;
  await using opened = new AsyncDisposableStack();
  const temporary = opened.use(await makeTemporaryDirectory());
  const { path: storeDirectory } = opened.use(await makeTemporaryDirectory());
  const picture = await readPicture();
  const requests: string[] = [];
  const events = createPhotoEvents();
  const results = opened.use(
    await listen(
      createServer((req, res) => {
        const id = req.url?.slice(1) ?? '';
        const earlier = requests.filter((request) => request === id).length;
        requests.push(id);
        if (serve === undefined) res.end(picture);
        else serve(res, id, earlier);
      }),
    ),
  );
  const stub = opened.use(
    await startProviderStub(({ fields: { mdf = '' } }) => {
      return locate?.(mdf) ?? answers.resultUrl(`${results.url}/${mdf}`);
    }),
  );
  const provider = opened.use(connectProvider(stub.url));
  const fetcher = opened.use(openFetcher(stub.url));
  const store = await openSqliteStore({ directory: storeDirectory, now });
  opened.defer(() => store.close());
  const archive = await createFolderArchive({
    directory: options.directory ?? temporary.path,
    signingKey: Buffer.alloc(32),
  });
  const lines: z.infer<typeof logLine>[] = [];
  const write = (line: string) => void lines.push(logLine.parse(JSON.parse(line)));
  const common = {
    store,
    archive,
    provider,
    fetchResult: fetcher.fetchResult,
    keepForMs: null,
    graceMs: 0,
    now,
    retryBaseDelayMs: 10,
    retryMaxDelayMs: 20,
    log: pino({ level: 'debug' }, { write }),
    ...archiveWorkerOptions,
    events,
  };

  const archiveWorkers: ArchiveWorker[] = [];
  opened.defer(async () => {
    for (const archiveWorker of archiveWorkers) await archiveWorker.close();
  });

  /** A second worker on the same data, as after a restart. */
  function open(changed: Partial<ArchiveWorkerOptions> = {}) {
    const archiveWorker = createArchiveWorker({ ...common, ...changed });
    archiveWorkers.push(archiveWorker);
    return archiveWorker;
  }

  /** Uploads a photo and makes it ready, for about an hour. */
  async function makeReady(id: string, expiresInMs = 3_600_000) {
    const { revision } = await store.complete('client', uploadOf(id), null);
    const readyAt = now();
    return store.markReady(id, revision, new Date(readyAt), new Date(readyAt + expiresInMs));
  }

  const archiveWorker = open();
  const running = opened.move();
  return {
    store,
    archive,
    archiveWorker,
    open,
    makeReady,
    picture,
    events,
    /** The ids whose pictures were requested, in order. */
    requests,
    /** Log messages of a level, without `debug`: 30 info, 40 warn, 50 error. */
    linesAt: (level: 30 | 40 | 50) =>
      lines.filter((line) => line.level === level).map(({ msg }) => msg),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
