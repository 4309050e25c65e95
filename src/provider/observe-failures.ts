import { GatewayError, type ErrorCode } from '../common/errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { causeOf } from './call-cause.ts';
import { isRefused } from './circuit.ts';
import type { Endpoint } from './endpoints.ts';

/** Errors that an operator can act on. They are caused neither by the client nor by a photo. */
const TOLD: ReadonlySet<ErrorCode> = new Set([
  'ACCOUNT_NOT_FOUND',
  'UPSTREAM_AUTH_FAILED',
  'UPSTREAM_ERROR',
  'UPSTREAM_INVALID_RESPONSE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/** Runs a call with all its attempts, and reports its failure. */
export type ObserveFailures = <Result>(
  endpoint: Endpoint<unknown>,
  call: () => Promise<Result>,
) => Promise<Result>;

/**
 * Creates the observer of failures. It does not report calls that an open circuit rejected, because
 * the reason why it opened was reported. Nor does it report calls that `closing` cut off.
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
