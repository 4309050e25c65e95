import { GatewayError } from './gateway-error.ts';

const ATTEMPTS = 30;
const PAUSE_MS = 1000;

/**
 * Resolves with the event of `subscribe`. Calls it again every second if its stream ended without
 * an event or broke, because the gateway is restarting. No event is missed: if a photo got ready
 * meanwhile, the gateway says so at once.
 *
 * @throws What `subscribe` threw: an error that will not pass, or the last one of thirty.
 */
export async function untilEvent<Event>(subscribe: () => Promise<Event>): Promise<Event> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await subscribe();
    } catch (error) {
      const isFinal = error instanceof GatewayError && !error.retryable;
      if (isFinal || attempt === ATTEMPTS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
