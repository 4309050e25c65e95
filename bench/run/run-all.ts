import type { Measurement } from './messages.ts';
import { runFresh } from './fresh-process.ts';
import type { PlannedRun } from './plan.ts';

export interface RunAllOptions {
  readonly plan: readonly PlannedRun[];
  /** The name of the scale. */
  readonly scale: string;
  /** None is begun later than this after the start. */
  readonly timeoutMs: number;
  readonly onProgress: (line: string) => void;
}

export interface RunAllResult {
  readonly measurements: readonly Measurement[];
  /** What failed and why, a line each. */
  readonly failures: readonly string[];
}

/** A measurement that takes longer hangs: no subscription waits longer by default. */
const RUN_TIMEOUT_MS = 600_000;

/** Makes all planned measurements, one after the other. One that fails does not end the others. */
export async function runAll(options: RunAllOptions): Promise<RunAllResult> {
  const { plan, scale, timeoutMs, onProgress } = options;
  const measurements: Measurement[] = [];
  const failures: string[] = [];
  const startedAt = performance.now();
  for (const [index, { scenario, case: one, round }] of plan.entries()) {
    const name = [scenario.name, one.subject, one.variant, `round ${round}`]
      .filter(Boolean)
      .join(' · ');
    const left = timeoutMs - (performance.now() - startedAt);
    try {
      if (left < 0) throw new Error('no time was left');
      const task = { scenario: scenario.name, ...one, scale };
      const { figures, others } = await runFresh(task, Math.min(RUN_TIMEOUT_MS, left));
      measurements.push({ ...task, round, figures, others });
      const shown = scenario.figures.map(({ key, title, digits }) => {
        return `${title} ${(figures[key] ?? Number.NaN).toFixed(digits)}`;
      });
      onProgress(`${index + 1}/${plan.length} ${name}: ${shown.join('; ')}`);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      onProgress(`${index + 1}/${plan.length} ${failures.at(-1)}`);
    }
  }
  return { measurements, failures };
}
