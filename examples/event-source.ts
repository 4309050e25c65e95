import type { GraphQLFormattedError } from 'graphql';
import { GatewayError } from './gateway-error.ts';
import { untilEvent } from './until-event.ts';

/** A subscription by a browser's own `EventSource`. */
export interface Subscription {
  /** The GraphQL endpoint. */
  readonly endpoint: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Asks for a new ticket, by the query `eventSourceTicket`. Called for each connection. */
  readonly ticket: () => Promise<string>;
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * Resolves with the data of the first event. If the gateway restarts before it, it subscribes again.
 * @throws GatewayError if the gateway says so for good.
 */
export function eventOf({ endpoint, query, variables, ticket }: Subscription): Promise<unknown> {
  return untilEvent(async () => {
    const parameters = { query, variables: JSON.stringify(variables), ticket: await ticket() };
    const text = await nextEvent(`${endpoint}?${new URLSearchParams(parameters)}`);
    const result: unknown = JSON.parse(text);
    if (!isResult(result)) throw new Error(`This is not a GraphQL result: ${text}`);
    if (result.errors) throw new GatewayError(result.errors);
    return result.data;
  });
}

function isResult(value: unknown): value is Result {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
}

async function nextEvent(address: string): Promise<string> {
  const source = new EventSource(address);
  try {
    return await new Promise((resolve, reject) => {
      source.addEventListener('next', ({ data }) => resolve(String(data)));
      // After an error the browser connects again on its own. It does not if the answer was no stream, and a
      // ticket opens none after a minute.
      source.addEventListener('error', () => {
        if (source.readyState === source.CLOSED) reject(new Error('The gateway opened no stream'));
      });
    });
  } finally {
    source.close();
  }
}
