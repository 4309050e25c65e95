import type { GraphQLFormattedError, GraphQLError, ExecutionResult } from 'graphql';
import { Agent, buildConnector } from 'undici';
import { abortable, bounded } from '../../../common/bounded.ts';
import type { CallbackTarget } from './callback-target.ts';

/** A message of the protocol, without what is the same in all of them. */
export type CallbackMessage =
  | { readonly action: 'check' }
  | { readonly action: 'next'; readonly payload: ExecutionResult }
  | {
      readonly action: 'complete';
      readonly errors?: readonly (GraphQLError | GraphQLFormattedError)[];
    };

/**
 * How the router answered. `gone`: it knows no such subscription any more. `refused`: it takes no such
 * message. `failed`: there was no answer, or one that says to try again.
 */
export type Reply = 'taken' | 'gone' | 'refused' | 'failed';

/** Calls to routers. */
export interface CallbackCalls {
  /** Never rejects. Redirects are not followed. */
  send(target: CallbackTarget, message: CallbackMessage): Promise<Reply>;
  /** Aborts all calls; later ones fail. */
  close(): Promise<void>;
}

export interface CallbackCallsOptions {
  /** The longest time for one call, in milliseconds. */
  readonly timeoutMs: number;
  /** Connections to one router at one time. */
  readonly connections: number;
}

/** https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol */
const PROTOCOL = 'callback/1.0';
/** Answers have no content that matters. */
const MAX_ANSWER_BYTES = 16_384;
/** Statuses below 500 that say to try again: Request Timeout, Too Many Requests. */
const PASSING: ReadonlySet<number> = new Set([408, 429]);

export function createCallbackCalls(options: CallbackCallsOptions): CallbackCalls {
  const { timeoutMs, connections } = options;
  const closing = new AbortController();
  const agent = new Agent({
    connections,
    connect: buildConnector({ allowH2: false, timeout: timeoutMs, signal: closing.signal }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  async function post({ origin, path }: CallbackTarget, body: string, signal: AbortSignal) {
    const response = agent.request({
      origin,
      path,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'subscription-protocol': PROTOCOL,
        'user-agent': 'photo-gateway',
      },
      body,
      signal,
    });
    // The library observes the signal only once the request has a connection.
    const answer = await abortable(response, signal);
    await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal });
    return answer.statusCode;
  }

  return {
    async send(target, message) {
      const { id, verifier } = target;
      const { action, ...more } = message;
      const common = { kind: 'subscription', action, id, verifier: verifier.reveal() };
      const body = JSON.stringify({ ...common, ...more });
      try {
        const bounds = { signals: [closing.signal], timeoutMs };
        const status = await bounded(bounds, (signal) => post(target, body, signal));
        return replyOf(message, status);
      } catch {
        return 'failed';
      }
    },
    async close() {
      closing.abort();
      await agent.destroy();
    },
  };
}

function replyOf({ action }: CallbackMessage, status: number): Reply {
  if (status === 404) return 'gone';
  if (status >= 500 || PASSING.has(status)) return 'failed';
  // Only this status confirms a subscription; any web server answers some other requests with 200.
  const isTaken = action === 'check' ? status === 204 : status >= 200 && status < 300;
  return isTaken ? 'taken' : 'refused';
}
