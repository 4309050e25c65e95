import { GatewayError } from './gateway-error.ts';

const ATTEMPTS = 30;
const PAUSE_MS = 1000;

/**
 * The event that `subscribe` resolves with. It is called again, each second, where its stream ended without
 * one or broke: the gateway is being restarted. Nothing is missed, since of a photo that is ready meanwhile
 * the gateway tells at once.
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
