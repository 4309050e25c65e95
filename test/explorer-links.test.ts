import { expect, test } from 'vitest';
import { hideCredentials } from '../packages/explorer/credentials.ts';
import {
  decodeOperation,
  encodeOperation,
  MAX_FRAGMENT_LENGTH,
} from '../packages/explorer/shared-operation.ts';

const shared = {
  query:
    '# Größe & "more"\nquery A($id: ID!) { photo(id: $id) { id } }\nquery B { quota { remaining } }',
  variables: '{\n  "id": "a+b=c&d#e %20"\n}',
  name: 'A',
};

test('an operation comes out of its link as it went in', () => {
  const fragment = encodeOperation(shared) ?? '';
  expect(new URL(fragment, 'http://127.0.0.1:4000/graphql').hash).toBe(fragment);
  expect(decodeOperation(fragment)).toEqual(shared);
  const single = { query: '{ __typename }', variables: '', name: null };
  expect(decodeOperation(encodeOperation(single) ?? '')).toEqual(single);
});

test('a link has a largest size, in both directions', () => {
  const long = { query: `{ a${' '.repeat(MAX_FRAGMENT_LENGTH)} }`, variables: '', name: null };
  expect(encodeOperation(long)).toBeNull();
  expect(() => decodeOperation(`#query=%7Ba%7D${'+'.repeat(MAX_FRAGMENT_LENGTH)}`)).toThrow('long');
});

test.each(['', '#', '#top', '#variables={}'])('%j is no link to an operation', (fragment) => {
  expect(decodeOperation(fragment)).toBeNull();
});

test.each([
  ['no operation', '#query='],
  ['no operation', '#query=%7B'],
  ['no operation', '#query=fragment+F+on+Photo+%7Bid%7D'],
  ['no operation', `#query=${'%7Ba'.repeat(3000)}`],
  ['names an operation', '#query=query+A%7Ba%7D&name=B'],
  ['no JSON object', '#query=%7Ba%7D&variables=%5B%5D'],
  ['no JSON object', '#query=%7Ba%7D&variables=x'],
])('a link is refused with %j: %s', (reason, fragment) => {
  expect(() => decodeOperation(fragment)).toThrow(reason);
});

test('headers that may be credentials are copied as placeholders', () => {
  const headers = new Headers({
    'X-API-Key': 'pgk_1234567890',
    Authorization: 'Bearer eyJhbGciOi',
    'X-Company-Thing': 'swordfish',
    'Idempotency-Key': 'order-7',
  });
  const { headers: shown, hidden } = hideCredentials(headers);
  expect(hidden).toBe(true);
  expect(Object.fromEntries(shown)).toEqual({
    'x-api-key': 'YOUR_X_API_KEY',
    authorization: 'Bearer YOUR_AUTHORIZATION',
    'x-company-thing': 'YOUR_X_COMPANY_THING',
    'idempotency-key': 'order-7',
  });
  expect(hideCredentials(new Headers({ 'x-request-id': '1' })).hidden).toBe(false);
});
