import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { abortable } from '../bounded.ts';
import type { ProviderState } from './provider.ts';
import { isUnreachable } from './transport-error.ts';

export interface CircuitOptions {
  /** Consecutive attempts without an answer that open the circuit; any answer starts the count anew. */
  readonly failureThreshold: number;
  /** How long an open circuit refuses calls before one is let through to probe. */
  readonly breakMs: number;
  readonly log?: Pick<Log, 'info' | 'warn'> | undefined;
}

/** Spares clients the wait for a provider that does not answer, and the provider their retries. */
export interface Circuit {
  /** Whether calls flow freely: neither refused nor waiting for a probe. */
  readonly closed: boolean;
  readonly state: ProviderState;
  /**
   * Runs `call` and counts its outcome. While open it throws `UPSTREAM_UNAVAILABLE` at once; the first
   * call after the break probes, and the others wait for what it finds.
   */
  run<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result>;
}

export function createCircuit({ failureThreshold, breakMs, log }: CircuitOptions): Circuit {
  // A probe that its caller abandoned has found nothing out: without the second clause it would
  // close the circuit.
  const handled = handleWhen(
    (error) =>
      isUnreachable(error) ||
      (breaker.state === CircuitState.HalfOpen && !(error instanceof GatewayError)),
  );
  const breaker = circuitBreaker(handled, {
    breaker: new ConsecutiveBreaker(failureThreshold),
    halfOpenAfter: steadyBreak(breakMs),
  });
  breaker.onBreak(() => {
    log?.warn(
      { breakMs },
      'the provider does not answer: calls are refused until a probe succeeds',
    );
  });
  breaker.onReset(() => {
    log?.info({}, 'the provider answers again');
  });

  async function run<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
    try {
      return await abortable(breaker.execute(call), signal);
    } catch (error) {
      if (isBrokenCircuitError(error)) throw refused(breakMs, error);
      throw error;
    }
  }

  return {
    get closed() {
      return breaker.state === CircuitState.Closed;
    },
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

function refused(breakMs: number, cause: Error): GatewayError {
  const seconds = Math.ceil(breakMs / 1000);
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    `The provider has not answered several calls in a row: nothing was sent to it, try again in ${seconds} s.`,
    { cause },
  );
}
