import type { Events } from './events.ts';
import type { Tracing } from './tracing.ts';

/**
 * What the rooms tell, of which figures, traces and lines of the log are made. One object that each room is
 * handed, rather than counters of the process: several gateways in one process must not count each other's
 * uploads. What a decorator around a room cannot see, such as a poll that is shared, is told by an event.
 */
export interface Telemetry extends Events {
  readonly tracing: Tracing;
}
