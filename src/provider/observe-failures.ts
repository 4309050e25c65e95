import { GatewayError, type ErrorCode } from '../common/errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { causeOf } from './call-cause.ts';
import { isRefused } from './circuit.ts';
import type { Endpoint } from './endpoints.ts';

/** What an operator can do something about: neither the client's fault nor a photo's. */
const TOLD: ReadonlySet<ErrorCode> = new Set([
  'ACCOUNT_NOT_FOUND',
  'UPSTREAM_AUTH_FAILED',
  'UPSTREAM_ERROR',
  'UPSTREAM_INVALID_RESPONSE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/** Runs a call with all its attempts, and tells of its failure. */
export type ObserveFailures = <Result>(
  endpoint: Endpoint<unknown>,
  call: () => Promise<Result>,
) => Promise<Result>;

/**
 * Calls that an open circuit has refused are not told: why it is open was. Nor is what `closing` cuts off.
 */
export function createFailureObserver(
  { providerFailed }: Pick<Telemetry, 'providerFailed'>,
  closing: AbortSignal,
): ObserveFailures {
  return async function observeFailures({ name }, call) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof GatewayError && TOLD.has(error.code) && !isRefused(error)) {
        const { code, errno = null } = error;
        if (!closing.aborted)
          providerFailed({ endpoint: name, code, errno, cause: causeOf(error) });
      }
      throw error;
    }
  };
}
