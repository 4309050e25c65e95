import { execFile } from 'node:child_process';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SnippetRequest } from '../packages/explorer/snippet-request.ts';
import { templateLiteral } from '../packages/explorer/snippet-text.ts';
import { SNIPPETS } from '../packages/explorer/snippets.ts';
import { startGateway, type TestGateway } from './support/start-gateway.ts';
import { makeTemporaryDirectory, type TemporaryDirectory } from './support/temporary-directory.ts';

const run = promisify(execFile);
const here = new URL('.', import.meta.url);
const kinds = ['curl', 'fetch', 'Apollo'] as const;

/** A name that a shell, curl and a form could each misread. */
const FILE_NAME = `it's "mine"; a,b $HOME.jpg`;
const UPLOAD = `# It's \`quoted\`, \${not} evaluated, \\ and $HOME
mutation Up($file: Upload!, $name: String) {
  uploadPhoto(file: $file, repairType: REPAIR, name: $name) { id name }
}
query Other { __typename }`;

describe('a copied snippet runs as it is, in a shell or in Node', () => {
  let gateway: TestGateway;
  let folder: TemporaryDirectory;
  beforeAll(async () => {
    gateway = await startGateway();
    folder = await makeTemporaryDirectory();
    await copyFile(new URL('fixtures/landscape-small.jpg', here), join(folder.path, FILE_NAME));
    await symlink(
      fileURLToPath(new URL('../node_modules', here)),
      join(folder.path, 'node_modules'),
    );
    const picture = JSON.stringify(FILE_NAME);
    // What a page has: here the field is filled with the file.
    await writeFile(
      join(folder.path, 'page.mjs'),
      `import { openAsBlob } from 'node:fs';
       const file = new File([await openAsBlob(${picture})], ${picture});
       globalThis.document = { querySelector: () => ({ files: [file] }) };`,
    );
  });
  afterAll(async () => {
    await gateway.close();
    await folder[Symbol.asyncDispose]();
  });

  function requestOf(given: Partial<SnippetRequest>): SnippetRequest {
    return {
      url: gateway.endpoint,
      query: '',
      operationName: null,
      type: 'query',
      variables: {},
      files: [],
      headers: [['x-request-id', 'from-a-snippet']],
      ...given,
    };
  }

  /** What the snippet prints. */
  async function outputOf(kind: (typeof kinds)[number], request: SnippetRequest): Promise<string> {
    const text = SNIPPETS[kind](request);
    const options = { cwd: folder.path };
    if (kind === 'curl') return (await run('sh', ['-c', text], options)).stdout;
    const path = join(folder.path, `${kind}-${request.type}.mjs`);
    await writeFile(path, text);
    return (await run(process.execPath, ['--import', './page.mjs', path], options)).stdout;
  }

  test.each(kinds)('%s uploads a file, and receives the event of its photo', async (kind) => {
    const name = `O'Brien's "best"; $(no) \`one\` \${x} by ${kind}`;
    const uploaded = await outputOf(
      kind,
      requestOf({
        query: UPLOAD,
        operationName: 'Up',
        type: 'mutation',
        variables: { file: null, name },
        files: [['file', FILE_NAME]],
      }),
    );
    const id = /id["']?: ?["']([\w-]+)["']/.exec(uploaded)?.[1] ?? '';
    const event = await outputOf(
      kind,
      requestOf({
        query: 'subscription ($id: ID!) { photoReady(id: $id) { status name } }',
        type: 'subscription',
        variables: { id },
      }),
    );
    expect(event).toMatch(/status["']?: ?["']READY["']/);
    expect(event.replaceAll(/\\(?=["'`])/g, '')).toContain(name);
  });

  test('a query needs no file, and is sent with the headers', async () => {
    for (const kind of kinds) {
      const request = requestOf({ query: '{ quota { remaining } }' });
      expect(await outputOf(kind, request)).toMatch(/remaining["']?: ?\d+/);
      expect(SNIPPETS[kind](request)).not.toContain('document');
      expect(SNIPPETS[kind](request)).toContain('from-a-snippet');
    }
  });
});

test('a text comes out of its template literal as it went in', () => {
  const text = 'a \\ b \\n `$\u007Bc}` $d {e}\n"f" \'g\' \\';
  expect(runInNewContext(templateLiteral(text))).toBe(text);
});
