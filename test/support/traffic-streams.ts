import type { WebSocket } from 'ws';
import { ask, initialise, sendOperation, type Answer, type Sender } from './traffic-transports.ts';

/** A subscription that waits for a photo. */
export interface WaitingStream {
  /** Its first error, or that it had none. */
  readonly outcome: Promise<Answer>;
  /** Unsubscribes, as a client does that is no longer interested. */
  leave(): void;
  /** Cuts the connection. */
  cut(): void;
}

type Wait = (endpoint: string, sender: Sender, photoId: string) => Promise<WaitingStream>;

const subscriptionTo = (id: string) => `subscription { photoReady(id: "${id}") { id } }`;

/** Both transports of subscriptions. */
export const waiting: Readonly<Record<'server-sent events' | 'WebSocket', Wait>> = {
  async 'server-sent events'(endpoint, sender, id) {
    const controller = new AbortController();
    const outcome = ask(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...sender },
      body: JSON.stringify({ query: subscriptionTo(id) }),
      signal: controller.signal,
    });
    outcome.catch(() => undefined);
    return { outcome, leave: () => controller.abort(), cut: () => controller.abort() };
  },
  async WebSocket(endpoint, sender, id) {
    const socket: WebSocket = await initialise(endpoint, sender);
    return {
      outcome: sendOperation(socket, '1', subscriptionTo(id)),
      leave: () => socket.send('{"id":"1","type":"complete"}'),
      cut: () => socket.terminate(),
    };
  },
};
