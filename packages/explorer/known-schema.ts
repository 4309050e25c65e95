import type { ExecutionResult } from 'graphql';
import { createStore, type StoreApi } from 'zustand';
import { isRecord } from './answer.ts';

/** Where the schema of completions and docs comes from; null before there is one. */
export type SchemaOrigin = 'gateway' | 'bundled' | null;

export interface KnownSchema {
  readonly store: StoreApi<SchemaOrigin>;
  /**
   * The response to an introspection. If the gateway does not tell its schema (it needs a key, runs
   * trusted documents only, or is away), it is replaced by that of the schema this page was built
   * with.
   */
  settle(response: ExecutionResult): Promise<ExecutionResult>;
}

/** The name of GraphiQL's introspection. */
export const INTROSPECTION = 'IntrospectionQuery';

export function createKnownSchema(): KnownSchema {
  const store = createStore<SchemaOrigin>(() => null);
  return {
    store,
    async settle(response) {
      if (isRecord(response.data?.['__schema'])) {
        store.setState('gateway', true);
        return response;
      }
      const { introspectBundledSchema } = await import('./bundled-schema.ts');
      store.setState('bundled', true);
      return { data: { ...introspectBundledSchema() } };
    },
  };
}
