import { median } from '../measure/quantile.ts';
import type { Measurement } from '../run/messages.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { fallenRatios, ratiosToKeep, type FallenRatio, type KeptRatios } from './kept.ts';
import { toRows } from './rows.ts';

/** The ratios of these measurements that are worth keeping. */
export function ratiosOf(
  scenarios: readonly Scenario[],
  measurements: readonly Measurement[],
): KeptRatios {
  return ratiosToKeep(scenarios.flatMap((scenario) => toRows(scenario, measurements)));
}

export interface GateOptions {
  readonly kept: KeptRatios;
  readonly scenarios: readonly Scenario[];
  readonly measurements: readonly Measurement[];
  /** Measures these scenarios a second time. */
  readonly measureAgain: (scenarios: readonly Scenario[]) => Promise<readonly Measurement[]>;
  readonly onNote: (line: string) => void;
}

/** Where others have more of the machine, a ratio says more about them than about the gateway. */
const MOST_OTHERS = 0.3;

/**
 * The ratios that fell by more than a third, in two measurements, on a machine that had little else to
 * do.
 */
export async function fallenTwice(options: GateOptions): Promise<readonly FallenRatio[]> {
  const { kept, scenarios, measurements, measureAgain, onNote } = options;
  const first = new Set(
    fallenRatios(kept, ratiosOf(scenarios, measurements)).map(({ name }) => name),
  );
  if (first.size === 0) return [];
  onNote(`Fell by more than a third, and is measured again: ${[...first].join(', ')}`);
  const again = scenarios.filter((scenario) =>
    [...first].some((name) => name.startsWith(`${scenario.name} /`)),
  );
  const second = await measureAgain(again);
  return again.flatMap((scenario) => {
    const own = second.filter((one) => one.scenario === scenario.name);
    const fallen = fallenRatios(kept, ratiosOf([scenario], own)).filter(({ name }) =>
      first.has(name),
    );
    const others = median(own.map((one) => one.others));
    if (fallen.length === 0 || others <= MOST_OTHERS) return fallen;
    onNote(`${scenario.name} is not judged: other processes had ${(others * 100).toFixed(0)} %`);
    return [];
  });
}
