import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'undici';
import { WebSocketServer } from 'ws';
import { account, createToken } from '../provider/token.ts';

/**
 * The limit: `node:http` and `ws` with no GraphQL at all. It answers `{__typename}` with a fixed text,
 * `photoStatus` with one call to the provider, pipes an upload through, and holds streams open.
 */
const providerUrl = process.env['PHOTO_API_URL'];
const dispatcher = new Agent({ connections: 256 });
const TYPE_NAME = '{"data":{"__typename":"Query"}}';

async function readText(req: IncomingMessage): Promise<string> {
  let text = '';
  req.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(req, 'end');
  return text;
}

async function status(id: string): Promise<string> {
  const answer = await request(`${providerUrl}/api/third/photo/status`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/x-www-form-urlencoded', token: createToken() },
    body: `third_code=${account.thirdCode}&mdf=${id}`,
  });
  const ready = (await answer.body.text()).includes('"status":200');
  const photo = { id, status: ready ? 'READY' : 'PROCESSING' };
  return JSON.stringify({ data: { photoStatus: photo } });
}

async function pipe(req: IncomingMessage): Promise<string> {
  const answer = await request(`${providerUrl}/api/third/photo/upload`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': req.headers['content-type'] ?? '', token: createToken() },
    body: req,
  });
  return answer.body.text();
}

async function serve(req: IncomingMessage, res: ServerResponse) {
  if (req.headers['content-type']?.startsWith('multipart/')) return res.end(await pipe(req));
  const text = await readText(req);
  if (req.headers.accept === 'text/event-stream') {
    return res.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
  }
  const id = /"id":"([^"]+)"/.exec(text)?.[1];
  const body = id === undefined ? TYPE_NAME : await status(id);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return res.writeHead(200, headers).end(body);
}

const server = createServer((req, res) => {
  serve(req, res).catch(() => res.destroy());
});
const webSockets = new WebSocketServer({ server, path: '/graphql' });
webSockets.on('connection', (socket) => {
  socket.once('message', () => socket.send('{"type":"connection_ack"}'));
});
server.listen(0, '127.0.0.1', 4096);
await once(server, 'listening');
const address = server.address();
console.log(`serves http://127.0.0.1:${typeof address === 'object' && address?.port}/graphql`);
