/**
 * Plain `fetch`, without a client library. The file goes as a multipart form, the subscription as
 * server-sent events. The types come from the documents that codegen generated.
 *
 *     node examples/fetch.ts [PICTURE] [OUTPUT]
 *
 * `restore` runs unchanged in a browser, with the File of an `<input type="file">`.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print, type GraphQLFormattedError } from 'graphql';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { GatewayError } from './gateway-error.ts';
import { readEvents } from './read-events.ts';
import { run, type Order, type RestoredPhoto } from './run.ts';
import { untilEvent } from './until-event.ts';

await run(restore);

async function restore({ endpoint, file, idempotencyKey }: Order): Promise<RestoredPhoto> {
  const variables = { file, repairType: 'REPAIR', idempotencyKey } as const;
  const { id } = (await sendFile(endpoint, UploadPhotoDocument, variables)).uploadPhoto;
  console.log(`Uploaded as photo ${id}, waiting for it`);

  return untilEvent(async () => (await nextEvent(endpoint, PhotoReadyDocument, { id })).photoReady);
}

/**
 * The form of the GraphQL multipart request specification: the operation, the place of its file,
 * the file.
 */
async function sendFile<Data, Variables extends { file: Blob }>(
  endpoint: string,
  document: TypedDocumentNode<Data, Variables>,
  { file, ...variables }: Variables,
): Promise<Data> {
  const form = new FormData();
  const operation = { query: print(document), variables: { ...variables, file: null } };
  form.append('operations', JSON.stringify(operation));
  form.append('map', JSON.stringify({ 0: ['variables.file'] }));
  form.append('0', file);
  const headers = { 'GraphQL-Preflight': '1' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: form });
  return dataOf(document, await response.text());
}

/** The first event of a subscription. Its stream is closed after that. */
async function nextEvent<Data, Variables>(
  endpoint: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
    return dataOf(document, await response.text());
  }
  for await (const { type, data } of readEvents(response)) {
    if (type === 'next') return dataOf(document, data);
  }
  throw new Error('The stream ended without an event');
}

/** The data of a JSON response, with the type that the document declares. */
function dataOf<Data>(_document: TypedDocumentNode<Data, never>, text: string): Data {
  const answer: unknown = JSON.parse(text);
  if (!isAnswer<Data>(answer)) throw new Error(`This is not a GraphQL response: ${text}`);
  if (answer.errors) throw new GatewayError(answer.errors);
  return answer.data;
}

type Answer<Data> =
  | { readonly data: Data; readonly errors?: never }
  | { readonly errors: readonly GraphQLFormattedError[] };

function isAnswer<Data>(value: unknown): value is Answer<Data> {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
}
