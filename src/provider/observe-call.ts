import { GatewayError, type ErrorCode } from '../common/errors.ts';
import type { CallOutcome, ProviderCall } from '../telemetry/events.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Endpoint } from './endpoints.ts';
import type { ExchangeResult } from './exchange.ts';

/** Runs one attempt of a call, and reports how it ended. The trace sent along is this attempt's. */
export type ObserveCall = (
  endpoint: Endpoint<unknown>,
  attempt: () => Promise<ExchangeResult>,
) => Promise<ExchangeResult>;

/**
 * Creates the observer of attempts. It must wrap the attempt's time limit: inside of it, a timeout
 * looks like a cancellation.
 */
export function createCallObserver({
  tracing,
  providerCalled,
}: Pick<Telemetry, 'tracing' | 'providerCalled'>): ObserveCall {
  return async function observeCall({ name, path }, attempt) {
    const startedAtMs = performance.now();
    function tell(outcome: CallOutcome, errno: number | undefined) {
      const call: ProviderCall = {
        endpoint: name,
        outcome,
        errno: errno ?? null,
        durationMs: performance.now() - startedAtMs,
      };
      providerCalled(call);
    }

    const attributes = { 'http.request.method': 'POST', 'url.path': path };
    return tracing.call(`provider ${name}`, attributes, async (span) => {
      try {
        const result = await attempt();
        const errno = result.succeeded ? undefined : result.errno;
        if (errno !== undefined) span.note({ 'photo_gateway.errno': errno });
        tell(result.succeeded ? 'ok' : 'failed', errno);
        return result;
      } catch (error) {
        tell(outcomeOf(error), undefined);
        throw error;
      }
    });
  };
}

const OUTCOMES: ReadonlyMap<ErrorCode, CallOutcome> = new Map([
  ['UPSTREAM_TIMEOUT', 'timeout'],
  ['UPSTREAM_UNAVAILABLE', 'unavailable'],
  ['UPSTREAM_INVALID_RESPONSE', 'invalid'],
]);

function outcomeOf(error: unknown): CallOutcome {
  if (!(error instanceof GatewayError)) return 'cut';
  return OUTCOMES.get(error.code) ?? 'failed';
}
