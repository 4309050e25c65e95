import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '../src/config/config.ts';
import { accountAt } from './support/listen.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { startGatewayOf, type RunningGateway } from './support/start-gateway.ts';
import { UPGRADE_HEADERS } from './support/web-socket-upgrade.ts';

const account = accountAt('http://127.0.0.1:1');
const portOf = ({ url }: Pick<RunningGateway, 'url'>) => Number(new URL(url).port);

/** The complete answer to a request with this `Host`. */
async function ask(
  gateway: Pick<RunningGateway, 'url'>,
  host: string,
  path = '/health',
  more = '',
) {
  const socket = connect(portOf(gateway), '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more || 'Connection: close\r\n'}\r\n`);
  const answer = await text(socket);
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head, body };
}

const upgrade = `${UPGRADE_HEADERS.join('\r\n')}\r\n`;

const misdirected = {
  status: 421,
  head: expect.stringMatching(/^HTTP\/1\.1 421 Misdirected Request\r\n(?=[^]*application\/json)/),
  body: expect.stringMatching(/\{"error":"[^"]*ALLOWED_HOSTS[^"]*"\}/),
};

describe('on a loopback address', () => {
  test.each([
    'localhost',
    'LocalHost:4000',
    '127.0.0.1',
    '127.0.0.1:65535',
    '127.8.9.10:4000',
    '[::1]',
    '[::1]:4000',
    'photos.example.com',
    'photos.example.com:8443',
  ])('the gateway answers to %s', async (host) => {
    await using gateway = await startGatewayOf({
      ...account,
      PUBLIC_URL: 'https://photos.example.com/x',
    });
    expect(await ask(gateway, host)).toMatchObject({ status: 200 });
  });

  test.each([
    'attacker.example',
    'attacker.example:4000',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example',
    '127.attacker.example',
    'attacker.example@localhost',
    'localhost:80:attacker.example',
    'attacker.example#localhost',
    'attacker.example/localhost',
    'localhost, attacker.example',
    '128.0.0.1',
    '0.0.0.0',
    '[::]',
    '[::2]',
    '',
    'localhost:port',
  ])('it refuses every other name, on any path or transport: %j', async (host) => {
    await using gateway = await startGatewayOf({
      ...account,
      PUBLIC_URL: 'https://photos.example.com',
    });
    for (const path of ['/health', '/', '/graphql?query={__typename}', '/nothing']) {
      expect(await ask(gateway, host, path)).toMatchObject(misdirected);
    }
    expect(await ask(gateway, host, '/graphql', upgrade)).toMatchObject(misdirected);
  });

  test('of two Host headers the first counts', async () => {
    await using gateway = await startGatewayOf(account);
    expect(await ask(gateway, 'attacker.example\r\nHost: localhost')).toMatchObject(misdirected);
  });

  test('the names in ALLOWED_HOSTS are accepted too', async () => {
    await using gateway = await startGatewayOf({
      ...account,
      ALLOWED_HOSTS: 'Gate.local, 10.0.0.7',
    });
    for (const host of ['gate.local:4000', 'GATE.LOCAL', '10.0.0.7', 'localhost']) {
      expect(await ask(gateway, host)).toMatchObject({ status: 200 });
    }
    expect(await ask(gateway, 'attacker.example')).toMatchObject(misdirected);
  });

  test('a WebSocket needs an allowed name', async () => {
    await using gateway = await startGatewayOf(account);
    const address = gateway.endpoint.replace('http', 'ws');
    const socket = new WebSocket(address, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.close();
    const rebound = new WebSocket(address, 'graphql-transport-ws', {
      headers: { host: 'attacker.example' },
      origin: 'http://attacker.example',
    });
    const [error] = await once(rebound, 'error');
    expect(String(error)).toContain('421');
  });
});

describe('on a network address', () => {
  const network = { HOST: '0.0.0.0', AUTH: 'open', AUTH_OPEN_ANYWHERE: 'yes' };

  test('the gateway answers to any name unless ALLOWED_HOSTS is set', () => {
    expect(loadConfig(network).allowedHosts).toBeNull();
    expect(loadConfig({ ...network, ALLOWED_HOSTS: 'photos.example.com' }).allowedHosts).toEqual([
      'photos.example.com',
    ]);
  });

  test('if any name is allowed, an empty one is too', async () => {
    await using gateway = await startBareServer(createEmptyModule().photos, { allowedHosts: null });
    for (const host of ['attacker.example', '']) {
      expect(await ask(gateway, host)).toMatchObject({ status: 200 });
    }
  });
});

test('a client that resets the connection when it is refused does not end the gateway', async () => {
  await using gateway = await startGatewayOf(account);
  for (let round = 0; round < 20; round += 1) {
    const socket = connect(portOf(gateway), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET /graphql HTTP/1.1\r\nHost: attacker.example\r\n${upgrade}\r\n`);
    socket.resetAndDestroy();
  }
  expect(await ask(gateway, 'localhost')).toMatchObject({ status: 200 });
});
