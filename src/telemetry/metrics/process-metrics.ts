import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

export interface ProcessMetrics extends Disposable {
  /** Updates the metrics. Call it before each time they are read. */
  update(): void;
}

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.99, 1] as const;

/**
 * What the process uses. The library's default metrics are not used: they observe the process until its end
 * and hold on to their registry, so each gateway of a test process would leak one.
 */
export function createProcessMetrics(registry: Registry): ProcessMetrics {
  const registers = [registry];
  const lag = new Gauge({
    name: 'photo_gateway_event_loop_lag_seconds',
    help: 'How late the event loop was since this was last read. Above 0.1 at quantile 0.99 all clients wait: the machine is too slow for its load, or something blocks.',
    labelNames: ['quantile'],
    registers,
  });
  const memory = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process. It should be flat under a steady load.',
    registers,
  });
  const heap = new Gauge({
    name: 'nodejs_heap_size_used_bytes',
    help: 'Memory of JavaScript objects, garbage included.',
    registers,
  });
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, of the user and of the system. JavaScript can use little more than one second a second.',
    registers,
  });
  const startTime = new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since 1970. It changes with each restart.',
    registers,
  });
  startTime.set(performance.timeOrigin / 1000);
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();

  /** The samples are the times between two ticks of a timer. A tick is late by the time over its interval. */
  function lagAt(quantile: number): number {
    const sampleMs = delays.percentile(quantile * 100) / 1e6;
    return Math.max(0, sampleMs - RESOLUTION_MS) / 1000;
  }

  return {
    update() {
      for (const quantile of QUANTILES) lag.set({ quantile }, lagAt(quantile));
      delays.reset();
      const { rss, heapUsed } = process.memoryUsage();
      memory.set(rss);
      heap.set(heapUsed);
      const { user, system } = process.cpuUsage();
      cpu.reset();
      cpu.inc((user + system) / 1e6);
    },
    [Symbol.dispose]: () => void delays.disable(),
  };
}
