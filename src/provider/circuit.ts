import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  isBrokenCircuitError,
} from 'cockatiel';
import { abortable } from '../common/bounded.ts';
import { GatewayError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import { causeOf } from './call-cause.ts';
import type { ProviderState } from './provider.ts';
import { isUnreachable } from './transport-error.ts';

export interface CircuitOptions {
  /** Consecutive attempts without an answer after which a probe is sent; any answer starts the count anew. */
  readonly failureThreshold: number;
  /** How long an open circuit refuses calls before one is let through to probe. */
  readonly breakMs: number;
  /** Asks the provider for something that costs nothing. @throws where it does not answer anything. */
  readonly probe: () => Promise<void>;
  readonly log?: Pick<Log, 'info' | 'warn'> | undefined;
}

/**
 * Spares clients the wait for a provider that does not answer, and the provider their retries. Calls make it
 * suspicious, and only its own probe opens and closes it: a photo or a picture that the provider fails at, however
 * often, says nothing of the others, and a picture is too dear to find out with.
 */
export interface Circuit {
  readonly state: ProviderState;
  /**
   * Runs `call` and counts its outcome. While open it throws `UPSTREAM_UNAVAILABLE` at once; after the
   * break a probe is sent first, and all calls wait for what it finds.
   */
  run<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result>;
}

export function createCircuit(options: CircuitOptions): Circuit {
  const { failureThreshold, breakMs, probe, log } = options;
  const breaker = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(1),
    halfOpenAfter: steadyBreak(breakMs),
  });
  let failures = 0;
  let probing: Promise<void> | null = null;

  breaker.onBreak((reason) => {
    const failure = 'error' in reason ? reason.error : null;
    log?.warn(
      { breakMs, cause: failure instanceof Error ? causeOf(failure) : null },
      'the provider does not answer: calls are refused until a probe succeeds',
    );
  });
  breaker.onReset(() => {
    log?.info({}, 'the provider answers again');
  });

  /** One for all who want to know, and nobody's to abort. */
  function findOut(): Promise<void> {
    probing ??= breaker.execute(probe).finally(() => {
      probing = null;
      failures = 0;
    });
    return probing;
  }

  async function admit(signal: AbortSignal): Promise<void> {
    if (breaker.state === CircuitState.Closed) return;
    try {
      await abortable(findOut(), signal);
    } catch (error) {
      signal.throwIfAborted();
      // Why the probe failed stands in the log.
      throw refused(breakMs, isBrokenCircuitError(error) ? error : new BrokenCircuitError());
    }
  }

  async function run<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
    await admit(signal);
    try {
      const result = await call();
      failures = 0;
      return result;
    } catch (error) {
      if (isUnreachable(error)) {
        failures += 1;
        // What it finds is for the calls to come; this one has failed in any case.
        if (failures >= failureThreshold) await abortable(findOut(), signal).catch(() => undefined);
      } else if (error instanceof GatewayError) {
        failures = 0;
      }
      throw error;
    }
  }

  return {
    get state() {
      if (breaker.state === CircuitState.Closed) return 'answering';
      return breaker.state === CircuitState.HalfOpen ? 'probing' : 'silent';
    },
    run,
  };
}

/**
 * The library compares a duration with the wall clock: set back by an hour, that would keep the
 * circuit open for an hour. So the duration is all or nothing, decided by the steady clock.
 */
function steadyBreak(breakMs: number) {
  const next = () => {
    const overAtMs = performance.now() + breakMs;
    return {
      get duration() {
        return performance.now() < overAtMs ? Infinity : -Infinity;
      },
      next,
    };
  };
  return { next };
}

/** Whether it was an open circuit that refused the call, which was not sent. */
export function isRefused(error: GatewayError): boolean {
  return error.cause instanceof BrokenCircuitError;
}

function refused(breakMs: number, cause: BrokenCircuitError): GatewayError {
  const seconds = Math.ceil(breakMs / 1000);
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    `The provider has not answered several calls in a row: nothing was sent to it, try again in ${seconds} s.`,
    { cause },
  );
}
