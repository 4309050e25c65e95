import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { createClient, fetchExchange } from '@urql/core';
import * as apollo3 from 'apollo-client-3/core/core.cjs';
import { HttpLink as HttpLink3 } from 'apollo-client-3/link/http/http.cjs';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { startBareServer } from './support/start-bare-server.ts';
import { createStepwisePhotos } from './support/stepwise-photos.ts';

const document = parse('subscription ($ids: [ID!]!) { photosReady(ids: $ids) { id } }');
const variables = { ids: ['a', 'b'] };

interface Observer {
  readonly next: (result: unknown) => void;
  readonly complete: () => void;
}

/** Each subscribes as its documentation says first, without any option for the transport. */
const clients: Readonly<Record<string, (uri: string, observer: Observer) => void>> = {
  'Apollo Client 4': (uri, observer) => {
    const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri }) });
    client.subscribe({ query: document, variables }).subscribe(observer);
  },
  'Apollo Client 3': (uri, observer) => {
    const client = new apollo3.ApolloClient({
      cache: new apollo3.InMemoryCache(),
      link: new HttpLink3({ uri }),
    });
    client.subscribe({ query: document, variables }).subscribe(observer);
  },
  // It reads incremental delivery where a server prefers it.
  'urql, over incremental delivery': (url, observer) => {
    const client = createClient({
      url,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
      preferGetMethod: false,
      fetchOptions: { headers: { accept: 'multipart/mixed' } },
    });
    client.subscription(document, variables).subscribe((result) => observer.next(result));
  },
};

describe.each(Object.entries(clients))('%s', (name, subscribe) => {
  test('is told each event as soon as it happens, by its default settings', async () => {
    const stepwise = createStepwisePhotos();
    // No heartbeat comes that could push an event out.
    await using server = await startBareServer(stepwise.photos, { heartbeatIntervalMs: 1_000_000 });
    const results: unknown[] = [];
    const completed = Promise.withResolvers<void>();
    subscribe(server.endpoint, {
      next: (result) => results.push(result),
      complete: completed.resolve,
    });
    for (const [index, id] of variables.ids.entries()) {
      stepwise.readyOne();
      await expect.poll(() => results[index]).toMatchObject({ data: { photosReady: { id } } });
    }
    if (name.startsWith('Apollo')) await completed.promise;
  });
});
