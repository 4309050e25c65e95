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
  /** Consecutive attempts without an answer after which a probe is sent. Any answer resets the count. */
  readonly failureThreshold: number;
  /** How long an open circuit rejects calls before a probe is sent, in milliseconds. */
  readonly breakMs: number;
  /** Sends the provider calls that cost nothing. @throws if it does not answer at all. */
  readonly probe: () => Promise<void>;
  readonly log?: Pick<Log, 'info' | 'warn'> | undefined;
}

/**
 * Circuit breaker. While the provider does not answer, it spares clients the wait, and the provider
 * their retries. Failed calls only trigger a probe, and only the probe opens and closes the circuit. A
 * photo or a picture that the provider fails at, however often, says nothing about the others, and an
 * upload is too expensive to probe with.
 */
export interface Circuit {
  readonly state: ProviderState;
  /**
   * Runs `call` and counts its outcome. An open circuit throws `UPSTREAM_UNAVAILABLE` at once. After
   * the break a probe is sent first, and all calls wait for its result.
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
      'The provider does not answer: calls are refused until a probe succeeds',
    );
  });
  breaker.onReset(() => {
    log?.info({}, 'The provider answers again');
  });

  /** Sends one probe for all calls that wait for it. No call can abort it. */
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
      // The log tells why the probe failed.
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
        // The result of the probe matters to later calls. This one has failed in any case.
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
 * Break of a fixed length, by the monotonic clock. The library compares a duration with the wall
 * clock: a clock set back by an hour would keep the circuit open for an hour. So the duration is
 * either infinite or over.
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

/** Whether an open circuit rejected the call, so that it was not sent. */
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
