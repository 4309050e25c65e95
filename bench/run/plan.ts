import type { Scale } from '../scenarios/scale.ts';
import type { Case, Scenario } from '../scenarios/scenario.ts';
import type { SubjectName } from '../subjects/subject.ts';

export interface PlannedRun {
  readonly scenario: Scenario;
  readonly case: Case;
  /** From 1. */
  readonly round: number;
}

/**
 * The order of all measurements: scenario by scenario, in each round all its cases, in every second
 * round backwards. So what changes on the machine meanwhile meets all subjects alike.
 */
export function planRuns(
  scenarios: readonly Scenario[],
  scale: Scale,
  rounds: number,
  only: readonly SubjectName[] | null,
): readonly PlannedRun[] {
  return scenarios.flatMap((scenario) => {
    const cases = scenario
      .cases(scale)
      .filter(({ subject }) => only === null || only.includes(subject));
    return Array.from({ length: rounds }, (_, index) =>
      (index % 2 === 0 ? cases : cases.toReversed()).map((one) => ({
        scenario,
        case: one,
        round: index + 1,
      })),
    ).flat();
  });
}
