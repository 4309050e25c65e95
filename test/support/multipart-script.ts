import { once } from 'node:events';
import { fieldsFor, file, sendForm, wholeForm } from './multipart-client.ts';
import { disconnectClients, moments } from './multipart-disconnects.ts';
import { startMultipartServer } from './multipart-server.ts';

/**
 * Runs as its own process: clients disconnect at every moment, others get responses, and the server
 * closes. It must then end by itself, although every timeout is an hour, since nothing may be left
 * that keeps it alive.
 */
const HOUR_MS = 3_600_000;

async function run() {
  const server = await startMultipartServer({
    readTimeoutMs: HOUR_MS,
    drain: { timeoutMs: HOUR_MS, idleTimeoutMs: HOUR_MS },
    json: { timeoutMs: HOUR_MS },
  });
  for (const moment of Object.values(moments)) await disconnectClients(server, 10, moment);
  for (const mutation of ['read', 'fail', 'openAndFail', 'readSomeAndFail', 'ignore', 'unknown']) {
    const form = wholeForm([...fieldsFor(mutation), file('0', Buffer.alloc(800_000))]);
    await sendForm(server.endpoint, form);
  }
  const json = { 'content-type': 'application/json' };
  await sendForm(server.endpoint, Buffer.from('{"query":"{ echo }"}'), { headers: json });
  const closed = once(server.node, 'close');
  server.node.close();
  await closed;
}

await run();
