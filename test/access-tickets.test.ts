import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { removeKeys } from '../src/access/key-commands.ts';
import { openAccess } from '../src/access/open-access.ts';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import {
  makeKeysFile,
  startGuardedGateway,
  type GuardedGateway,
  type KeysFile,
} from './support/access-gateway.ts';
import { createReadableLog } from './support/access-log.ts';
import { startIssuer } from './support/access-issuer.ts';
import type { Credentials } from './support/access-transports.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, failureOf, send, sendFile } from './support/graphql-client.ts';
import { createEmptyModule } from './support/limits-empty-module.ts';
import { startBareServer } from './support/start-bare-server.ts';
import { QUERY, SUBSCRIPTION } from './support/transport-requests.ts';

interface TicketData {
  readonly eventSourceTicket: { readonly token: string; readonly expiresAt: string };
}

const file = await readFixture('landscape-small.jpg');
const TICKET = '{ eventSourceTicket { token expiresAt } }';
const STREAM = { accept: 'text/event-stream' };

async function ticketOf(endpoint: string, credentials: Credentials = {}) {
  const result = await send<TicketData, object>({ endpoint }, TICKET, {}, credentials);
  return dataOf(result).eventSourceTicket.token;
}

function addressOf(endpoint: string, query: string, ticket: string): string {
  return `${endpoint}?${new URLSearchParams({ query, ticket })}`;
}

/** The status and the code of the answer to a GET. */
async function answerOf(address: string, headers: Credentials = STREAM) {
  const response = await fetch(address, { headers });
  const [, code = 'OK'] = /"code":"(\w+)"/.exec(await response.text()) ?? [];
  return [response.status, code];
}

describe('with keys and tokens', () => {
  const started = new AsyncDisposableStack();
  let gateway: GuardedGateway;
  let keys: KeysFile;
  let clients: Readonly<Record<'API key' | 'token', Credentials>>;
  let bert: Credentials;

  beforeAll(async () => {
    const issuer = started.use(await startIssuer());
    keys = started.use(await makeKeysFile());
    clients = {
      'API key': { 'x-api-key': await keys.add('anna') },
      token: { authorization: `Bearer ${await issuer.token({ sub: 'anna@example.com' })}` },
    };
    bert = { 'x-api-key': await keys.add('bert') };
    const env = { ...issuer.env, API_KEYS_FILE: keys.path };
    gateway = started.use(await startGuardedGateway(env, 600_000));
  });
  afterAll(() => started.disposeAsync());

  async function upload(credentials: Credentials): Promise<string> {
    const variables = { file, repairType: 'REPAIR' } as const;
    const result = await sendFile(gateway, UploadPhotoDocument, variables, credentials);
    return dataOf(result).uploadPhoto.id;
  }

  test.each(['API key', 'token'] as const)(
    'an EventSource waits for the photo of its client by a ticket for its %s',
    async (kind) => {
      const credentials = clients[kind];
      const id = await upload(credentials);
      const ticket = await ticketOf(gateway.endpoint, credentials);
      const query = `subscription { photoReady(id: "${id}") { id } }`;
      const source = new EventSource(addressOf(gateway.endpoint, query, ticket));
      const event = new Promise<string>((resolve) => {
        source.addEventListener('next', ({ data }) => resolve(String(data)));
      });
      await once(source, 'open');
      gateway.simulator.finish(id);
      const data = await event;
      source.close();
      expect(JSON.parse(data)).toEqual({ data: { photoReady: { id } } });
      // Nobody who reads the address learns whose it is.
      const parts = ticket.split('.').map((part) => Buffer.from(part, 'base64url').toString());
      expect(parts.join('')).not.toMatch(/anna/);
      expect(gateway.lines.join('')).not.toContain(ticket.split('.').at(-1));
    },
  );

  test('a ticket is for server-sent events by GET alone', async () => {
    const ticket = await ticketOf(gateway.endpoint, clients['API key']);
    const address = (query: string) => addressOf(gateway.endpoint, query, ticket);
    expect(await answerOf(address(SUBSCRIPTION))).toEqual([200, 'OK']);
    expect(await answerOf(address(QUERY))).toEqual([403, 'FORBIDDEN']);
    expect(await answerOf(address(TICKET))).toEqual([403, 'FORBIDDEN']);
    expect(await answerOf(address(SUBSCRIPTION), { accept: 'multipart/mixed' })).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect(await answerOf(address(SUBSCRIPTION), { accept: '*/*' })).toEqual([200, 'OK']);
    const refused = await send({ endpoint: address('') }, QUERY);
    expect(failureOf(refused)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const asKey = await send(gateway, QUERY, {}, { 'x-api-key': ticket });
    expect(failureOf(asKey)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const socket = new WebSocket(address('').replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    expect((await once(socket, 'close'))[0]).toBe(4403);
  });

  test('whatever else is in its place is refused', async () => {
    const ticket = await ticketOf(gateway.endpoint, clients['API key']);
    const parts = ticket.split('.');
    const forged = [...parts.slice(0, 3), `A${parts[3]?.slice(1)}`, parts[4]].join('.');
    for (const other of ['x', forged, parts.join(''), clients['API key']['x-api-key'] ?? '']) {
      const address = addressOf(gateway.endpoint, SUBSCRIPTION, other);
      expect(await answerOf(address)).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(await answerOf(addressOf(gateway.endpoint, SUBSCRIPTION, ''))).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
  });

  test('a ticket and what it has opened end with its key', async () => {
    const ticket = await ticketOf(gateway.endpoint, bert);
    const query = `subscription { photoReady(id: "${await upload(bert)}") { id } }`;
    const response = await fetch(addressOf(gateway.endpoint, query, ticket), { headers: STREAM });
    expect(response.status).toBe(200);
    await removeKeys(keys.path, 'bert');
    expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
    expect(await answerOf(addressOf(gateway.endpoint, SUBSCRIPTION, ticket))).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
  });
});

test('every gateway with the same signing key accepts a ticket, until it expires', async () => {
  await using keys = await makeKeysFile();
  const credentials = { 'x-api-key': await keys.add('anna') };
  const { log } = createReadableLog();
  const signingKey = randomBytes(32);
  await using stack = new AsyncDisposableStack();
  async function start(tickets: { readonly signingKey: Uint8Array; readonly lifetimeMs?: number }) {
    const options = { mode: 'required', keysFile: keys.path, tokens: null, tickets, log } as const;
    const access = stack.use(await openAccess(options));
    return stack.use(await startBareServer(createEmptyModule().photos, { access }));
  }
  const [one, other, stranger, late] = [
    await start({ signingKey }),
    await start({ signingKey }),
    await start({ signingKey: randomBytes(32) }),
    await start({ signingKey, lifetimeMs: 0 }),
  ];
  const ticket = await ticketOf(one.endpoint, credentials);
  expect(await answerOf(addressOf(other.endpoint, SUBSCRIPTION, ticket))).toEqual([200, 'OK']);
  const refused = [401, 'UNAUTHENTICATED'];
  expect(await answerOf(addressOf(stranger.endpoint, SUBSCRIPTION, ticket))).toEqual(refused);
  const expired = await ticketOf(late.endpoint, credentials);
  expect(await answerOf(addressOf(one.endpoint, SUBSCRIPTION, expired))).toEqual(refused);
});

test('where everybody may call, a page gets a ticket too, and need not know', async () => {
  await using server = await startBareServer(createEmptyModule().photos);
  const ticket = await ticketOf(server.endpoint);
  expect(await answerOf(addressOf(server.endpoint, SUBSCRIPTION, ticket))).toEqual([200, 'OK']);
  expect(await answerOf(addressOf(server.endpoint, QUERY, ticket))).toEqual([403, 'FORBIDDEN']);
});
