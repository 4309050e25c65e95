import { setTimeout as delay } from 'node:timers/promises';
import { fieldsFor, file, openForm, startForm, wholeForm } from './multipart-client.ts';
import type { MultipartServer } from './multipart-server.ts';

const large = Buffer.alloc(800_000);

/**
 * A moment at which a client disconnects: what it has sent, and whether its operation is running by
 * then.
 */
export interface DisconnectMoment {
  readonly sent: Buffer;
  readonly runs: boolean;
}

export const moments: Readonly<Record<string, DisconnectMoment>> = {
  'before its first byte': { sent: Buffer.alloc(0), runs: false },
  'within its operations': { sent: openForm(fieldsFor('read')).subarray(0, 80), runs: false },
  'within its map': { sent: openForm(fieldsFor('read')), runs: false },
  'within the header of its file': {
    sent: openForm([...fieldsFor('read'), file('0', '')]).subarray(0, -4),
    runs: true,
  },
  'within its file': { sent: openForm([...fieldsFor('read'), file('0', large)]), runs: true },
  'after its file': {
    sent: wholeForm([...fieldsFor('read'), file('0', large)]).subarray(0, -4),
    runs: true,
  },
  'within an unread file': {
    sent: openForm([...fieldsFor('openAndFail'), file('0', large)]),
    runs: true,
  },
};

/**
 * Starts `count` clients, and breaks their connections once the server has all of them at this
 * moment.
 */
export async function disconnectClients(
  server: MultipartServer,
  count: number,
  { sent, runs }: DisconnectMoment,
) {
  const requests = server.requests.length + count;
  const ran = server.ran.length + (runs ? count : 0);
  const clients = Array.from({ length: count }, () => startForm(server.endpoint).request);
  for (const client of clients) {
    client.flushHeaders();
    client.write(sent);
  }
  while (server.requests.length < requests || server.ran.length < ran) await delay(1);
  for (const client of clients) client.destroy();
}
