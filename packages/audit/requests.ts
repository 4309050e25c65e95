import type { Sending } from './client.ts';
import { BOUNDARY } from './form.ts';
import type { Operation } from './upload-target.ts';

/** A query that every server answers. */
export const QUERY: Operation = { query: '{ __typename }', variables: {} };

/** Headers of a JSON body. */
export const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/**
 * Headers of a form. They make a browser send a preflight before the form, and servers want one of
 * them.
 */
export const FORM_HEADERS = {
  'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
  'apollo-require-preflight': 'true',
  'graphql-preflight': '1',
} as const;

/** A request with `operation` as its JSON body. */
export function jsonRequest(operation: unknown): Sending {
  return { headers: JSON_HEADERS, body: Buffer.from(JSON.stringify(operation)) };
}
