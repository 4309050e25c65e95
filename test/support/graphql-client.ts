import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print, type GraphQLFormattedError } from 'graphql';

/** A GraphQL response, or one event of a stream. */
export interface Result<Data> {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly Pick<GraphQLFormattedError, 'message' | 'extensions'>[] | undefined;
}

interface Target {
  readonly endpoint: string;
}

type Headers = Readonly<Record<string, string>>;

/** Sends one operation as JSON over POST, as any GraphQL client does. */
export async function send<Data, Variables>(
  { endpoint }: Target,
  document: TypedDocumentNode<Data, Variables> | string,
  variables?: Variables,
  headers: Headers = {},
): Promise<Result<Data>> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: textOf(document), variables }),
  });
  return parse(response);
}

/**
 * Sends one operation with the file of its variable `file`, according to the multipart request
 * specification.
 */
export async function sendFile<Data, Variables extends { file: Blob }>(
  { endpoint }: Target,
  document: TypedDocumentNode<Data, Variables> | string,
  { file, ...variables }: Variables,
  headers: Headers = {},
): Promise<Result<Data>> {
  const form = new FormData();
  form.append(
    'operations',
    JSON.stringify({ query: textOf(document), variables: { ...variables, file: null } }),
  );
  form.append('map', JSON.stringify({ 0: ['variables.file'] }));
  form.append('0', file, file instanceof File ? file.name : 'photo.jpg');
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'graphql-preflight': '1', ...headers },
    body: form,
  });
  return parse(response);
}

/** The result's data. Fails the test and shows the errors if there is none. */
export function dataOf<Data>(result: Result<Data> | undefined): Data {
  if (result?.data == null || result.errors) throw new Error(JSON.stringify(result));
  return result.data;
}

/** The extensions of the result's only error. Fails the test if there is none or more than one. */
export function failureOf(result: Result<unknown> | undefined): Readonly<Record<string, unknown>> {
  const [error, ...others] = result?.errors ?? [];
  if (!error || others.length > 0) throw new Error(JSON.stringify(result));
  return { message: error.message, ...error.extensions };
}

function textOf(document: TypedDocumentNode<unknown, never> | string): string {
  return typeof document === 'string' ? document : print(document);
}

async function parse<Data>(response: Response): Promise<Result<Data>> {
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of the gateway under test
  return (await response.json()) as Result<Data>;
}
