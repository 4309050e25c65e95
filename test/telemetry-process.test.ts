import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('the gateway writes its log to standard error, as JSON, and only its address to standard output', async () => {
  await using directory = await makeTemporaryDirectory();
  const gateway = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: directory.path },
  });
  const [said] = await once(createInterface(gateway.stdout), 'line');
  const url = /http:\S+(?=\/graphql)/.exec(String(said))?.[0] ?? '';
  const lines = createInterface(gateway.stderr);
  const next = once(lines, 'line');
  const query = encodeURIComponent('{ photo(id: "a b") { id } }');
  await (await fetch(`${url}/graphql?query=${query}`)).text();
  const [line] = await next;
  expect(JSON.parse(String(line))).toMatchObject({
    msg: 'A request was answered',
    fields: ['photo'],
    code: 'BAD_USER_INPUT',
  });
  gateway.kill('SIGTERM');
  const [code] = await once(gateway, 'exit');
  expect(code).toBe(0);
});
