import { closeSync, mkdtempDisposableSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSecret } from '../src/common/secret.ts';
import { createLogger } from '../src/telemetry/create-logger.ts';
import { createLogDestination } from '../src/telemetry/log-destination.ts';

const secret = 'a "quoted" \\ secret';
const token = '5484490c8e797dabe52af90ab8bd1e50,1629962357';
const apiKey = `pgk_${'k'.repeat(43)}`;
const ticket = `eyJ${'h'.repeat(20)}..${'i'.repeat(20)}.${'c'.repeat(20)}.${'t'.repeat(20)}`;
const jwt = `eyJ${'h'.repeat(20)}.${'p'.repeat(20)}.${'s'.repeat(20)}`;

/** The text that the log writes. */
function written(write: (log: ReturnType<typeof createLogger>) => void): string {
  using file = disposableFile();
  const destination = createLogDestination({ descriptor: file.descriptor, isFile: true });
  destination.hide([createSecret(secret)]);
  write(createLogger({ level: 'trace', destination }));
  destination.flush();
  return readFileSync(file.path, 'utf8');
}

function disposableFile() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'log-'));
  const path = join(folder.path, 'log');
  const descriptor = openSync(path, 'w');
  return {
    path,
    descriptor,
    [Symbol.dispose]() {
      closeSync(descriptor);
      folder.remove();
    },
  };
}

describe('the log hides', () => {
  test.each([
    ['the secret key', secret, secret],
    ['a token of the provider', token, '5484490c8e797dabe52af90ab8bd1e50'],
    ['an API key', apiKey, apiKey],
    ['a token of an issuer', jwt, 's'.repeat(20)],
    ['a ticket', `/graphql?query=a&ticket=${ticket}`, 't'.repeat(20)],
    ['a ticket without its name', ticket, 't'.repeat(20)],
    ['a bearer', 'Authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
    ['a signature', 'http://a/archive/b?expires=1&signature=AbC-_9&download=1', 'AbC-_9'],
    ['a signature of S3', 'https://b/c?X-Amz-Signature=0a1b&X-Amz-Date=1', '0a1b'],
  ])('%s in a message, a field, an error and its causes', (_what, text, hidden) => {
    const inner = JSON.stringify(hidden).slice(1, -1);
    const error = new Error(`outer ${text}`, { cause: new Error(`inner ${text}`) });
    const line = written((log) =>
      log.error({ err: error, where: { deep: [text] } }, `say ${text}`),
    );
    expect(line).not.toContain(inner);
    expect(line.match(/\[secret\]/g)?.length).toBeGreaterThanOrEqual(4);
    expect(JSON.parse(line)).toMatchObject({ msg: expect.stringContaining('say ') });
  });

  test.each(['token', 'secretKey', 'authorization', 'x-api-key', 'password', 'cookie'])(
    'the field %s, whatever its value',
    (field) => {
      const held = { [field]: 'plain' };
      const line = written((log) =>
        log.info({ ...held, headers: held, request: { headers: held } }),
      );
      expect(line).not.toContain('plain');
      expect(line.match(/\[secret\]/g)).toHaveLength(3);
    },
  );

  test('an object of credentials as a whole', () => {
    const line = written((log) => log.info({ credentials: { user: 'plain' } }));
    expect(line).not.toContain('plain');
  });

  test('nothing that an operator needs', () => {
    const fields = {
      photoId: '40b37f58db153e5149f008421797714e',
      requestId: '6720978a-b256-49fc-b717-81efe6e298d8',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      url: 'https://photo.example.com/archive/a?expires=1629962357',
    };
    const line = written((log) => log.info(fields, 'A request was answered'));
    expect(JSON.parse(line)).toMatchObject({ ...fields, msg: 'A request was answered' });
  });
});
