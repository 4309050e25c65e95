import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config/config.ts';
import { accountAt } from './support/listen.ts';
import { transports } from './support/limits-transports.ts';
import { startGatewayOf } from './support/start-gateway.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photo-gateway-manifests-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const start = (...files: readonly string[]) =>
  startGatewayOf({
    ...accountAt('http://127.0.0.1:1'),
    TRUSTED_DOCUMENTS: 'only',
    TRUSTED_DOCUMENTS_FILE: files.join(', '),
  });

test('manifests of several frontends work together, whichever tool wrote them', async () => {
  const codegen = await write('codegen.json', {
    'sha256:a1': '{ __typename }',
    shared: 'query S { __typename }',
  });
  const apollo = await write('apollo.json', {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [
      { id: 'b2', name: 'Named', type: 'query', body: 'query Named { __typename }' },
      { id: 'shared', name: 'S', type: 'query', body: 'query S { __typename }' },
    ],
  });
  await using gateway = await start(codegen, apollo);
  for (const documentId of ['a1', 'sha256:a1', 'b2', 'shared']) {
    const result = await transports['HTTP POST'](gateway.endpoint, { documentId });
    expect(result).toEqual({ data: { __typename: 'Query' } });
  }
});

describe('the start fails with one line', () => {
  test('if only trusted documents may run, and there are none', () => {
    expect(() => loadConfig({ TRUSTED_DOCUMENTS: 'only' })).toThrow(ConfigError);
    expect(() => loadConfig({ TRUSTED_DOCUMENTS: 'only' })).toThrow(
      /^TRUSTED_DOCUMENTS_FILE is required [^\n]+$/,
    );
  });

  test.each([
    ['is not JSON', '{'],
    ['is not a manifest', []],
    ['is not a manifest', { a: 1 }],
    [
      'is not a manifest',
      { format: 'apollo-persisted-query-manifest', version: 2, operations: [] },
    ],
    ['wrong: Syntax Error', { wrong: '{' }],
    ['deep: The operation has 30 levels', { deep: `${'{ a '.repeat(30)}${'}'.repeat(30)}` }],
  ])('that describes a malformed manifest: %s', async (message, content) => {
    const file = await write('wrong.json', content);
    const failure = start(file);
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(
      new RegExp(`^TRUSTED_DOCUMENTS_FILE [^\n]*${message}[^\n]*$`),
    );
  });

  test('that names a missing manifest', async () => {
    await expect(start(join(folder, 'nothing.json'))).rejects.toThrow(
      /^TRUSTED_DOCUMENTS_FILE [^\n]*nothing.json cannot be read$/,
    );
  });

  test('that names an ambiguous id', async () => {
    const one = await write('one.json', { same: '{ __typename }' });
    const other = await write('other.json', { same: '{ quota { remaining } }' });
    await expect(start(one, other)).rejects.toThrow(
      'TRUSTED_DOCUMENTS_FILE same stands for two documents',
    );
  });
});
