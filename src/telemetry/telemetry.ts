import type { Events } from './events.ts';
import type { Tracing } from './tracing.ts';

/**
 * Events that modules report, from which metrics, traces and log lines are made. Each module gets this object
 * instead of using counters of the process: several gateways in one process must not count each other's
 * uploads. Modules report events for what a decorator around them cannot see, such as a poll that several
 * clients share.
 */
export interface Telemetry extends Events {
  readonly tracing: Tracing;
}
