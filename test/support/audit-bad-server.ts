import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { buildSchema, graphql, type ExecutionResult } from 'graphql';
import { readNaiveForm } from './audit-naive-form.ts';

/**
 * Runs as its own process, which paths may pollute: a small server that works, and does everything
 * wrong that the audit looks for. It prints its address. With FRAGILE set, a malformed form ends
 * it. With SECRETIVE set, it hides its schema.
 */
const schema = buildSchema(/* GraphQL */ `
  scalar Upload
  enum Size {
    SMALL
    LARGE
  }
  type Picture {
    id: ID!
  }
  type Query {
    uploads: Int
  }
  type Mutation {
    upload(picture: Upload!, size: Size!): Picture
  }
  type Subscription {
    developed(id: ID!): Picture
  }
`);

let uploads = 0;
const rootValue = {
  uploads: () => uploads,
  upload() {
    uploads += 1;
    return { id: String(uploads) };
  },
};

/** Larger requests are cut off without a response. */
const MAX_BYTES = 10_000_000;

async function readRequest(req: IncomingMessage): Promise<unknown> {
  const search = new URL(req.url ?? '/', 'http://localhost').searchParams;
  if (search.has('query')) return { query: search.get('query') };
  const contentType = req.headers['content-type'] ?? '';
  const body = await text(req);
  return contentType.startsWith('multipart/') ? readNaiveForm(contentType, body) : JSON.parse(body);
}

async function run(request: unknown): Promise<unknown> {
  if (Array.isArray(request)) return Promise.all(request.map(run));
  const { query, variables, operationName }: Record<string, unknown> = Object(request);
  if (process.env['SECRETIVE'] && String(query).includes('__schema')) {
    return { errors: [{ message: 'The schema is a secret.' }] };
  }
  return graphql({
    schema,
    rootValue,
    source: String(query),
    variableValues: Object(variables),
    ...(typeof operationName === 'string' && { operationName }),
  });
}

/** Malformed server-sent events: without names, without an end, JSON over two lines. */
function sendEvents(res: ServerResponse, result: ExecutionResult) {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'none' });
  res.write(`data: ${JSON.stringify(result)} and more\n\n`);
}

async function answer(req: IncomingMessage, res: ServerResponse) {
  if (Number(req.headers['content-length']) > MAX_BYTES) return req.socket.destroy();
  const request = await readRequest(req);
  if (req.headers.accept?.includes('text/event-stream')) return sendEvents(res, { data: {} });
  const result = await run(request);
  // An invalid operation gets no response if it came with a file.
  if (
    req.headers['content-type']?.startsWith('multipart/') &&
    JSON.stringify(result).includes('Cannot query')
  )
    return;
  res.writeHead(200, { 'Content-Type': 'application/json' });
  return res.end(JSON.stringify(result));
}

const server = createServer((req, res) => {
  answer(req, res).catch((error: unknown) => {
    if (process.env['FRAGILE']) process.exit(1);
    res.writeHead(500).end(String(error));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' && address?.port}/`);
});
