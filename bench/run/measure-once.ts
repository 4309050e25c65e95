import { watchOthers } from '../measure/machine.ts';
import { startProvider } from '../provider/start-provider.ts';
import type { Scale } from '../scenarios/scale.ts';
import type { Case, Figures, Scenario } from '../scenarios/scenario.ts';
import { startSubject } from '../subjects/start-subject.ts';

export interface OneMeasurement {
  readonly figures: Figures;
  /** The part of the machine's CPU that other processes had meanwhile, from 0 to 1. */
  readonly others: number;
}

/** Measures one case once, on servers of its own, and ends them. */
export async function measureOnce(
  scenario: Scenario,
  one: Case,
  scale: Scale,
): Promise<OneMeasurement> {
  await using stack = new AsyncDisposableStack();
  const provider = stack.use(await startProvider());
  const watches: (() => number)[] = [];
  const figures = await scenario.measure({
    scale,
    case: one,
    provider,
    async startSubject(options) {
      const subject = await startSubject(one.subject, { providerUrl: provider.url, ...options });
      stack.use(subject);
      watches.push(watchOthers([process.pid, provider.pid, subject.pid]));
      return subject;
    },
  });
  return { figures, others: watches.at(-1)?.() ?? 0 };
}
