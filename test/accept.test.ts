import { describe, expect, test } from 'vitest';
import { startGateway } from './support/start-gateway.ts';

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';
const STREAM_TYPE = 'text/event-stream';

describe('the answer to a query', () => {
  test.each([
    [`${GRAPHQL_TYPE}, ${JSON_TYPE}`, GRAPHQL_TYPE],
    [`${JSON_TYPE}, ${GRAPHQL_TYPE}`, JSON_TYPE],
    [`${GRAPHQL_TYPE};q=0.1, ${JSON_TYPE}`, JSON_TYPE],
    [`${JSON_TYPE};q=0.5, ${GRAPHQL_TYPE};q=0.9`, GRAPHQL_TYPE],
    [`${GRAPHQL_TYPE};q=0, ${JSON_TYPE}`, JSON_TYPE],
    [`${JSON_TYPE};charset=utf-8`, JSON_TYPE],
    [`${STREAM_TYPE}, ${JSON_TYPE};q=0.1`, STREAM_TYPE],
    [`${JSON_TYPE}, ${STREAM_TYPE};q=0.1`, JSON_TYPE],
    ['*/*', JSON_TYPE],
    // As urql sends it for every operation.
    [`${GRAPHQL_TYPE}, application/graphql+json, ${JSON_TYPE}, ${STREAM_TYPE}`, GRAPHQL_TYPE],
  ])('to Accept: %s has the type %s', async (accept, expected) => {
    await using gateway = await startGateway();
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(expected);
    expect(await response.text()).toContain('"__typename":"Query"');
  });
});

const long = (type: (index: number) => string) =>
  Array.from({ length: 15_000 }, (_, index) => type(index))
    .join()
    .slice(0, 15_000);

describe('an Accept header with thousands of types', () => {
  test.each([
    ['all alike', long(() => 'application/json')],
    ['all different', long((index) => `application/x${index}`)],
    ['none of them valid', long(() => 'x')],
    ['one type with different parameters', long((index) => `application/json;a=${index}`)],
  ])('gets a short answer: %s', async (_what, accept) => {
    await using gateway = await startGateway();
    const response = await fetch(`${gateway.endpoint}?query={__typename}`, { headers: { accept } });
    const head = [...response.headers].flat().join('');
    expect(head.length).toBeLessThan(2000);
    expect([200, 406]).toContain(response.status);
    await response.bytes();
  });
});
