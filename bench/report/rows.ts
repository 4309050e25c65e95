import { median } from '../measure/quantile.ts';
import type { Measurement } from '../run/messages.ts';
import type { Figure, Scenario } from '../scenarios/scenario.ts';
import { subjects, type SubjectName } from '../subjects/subject.ts';

/** One figure of a scenario, in one variant, of all servers. */
export interface Row {
  readonly scenario: string;
  readonly variant: string;
  readonly figure: Figure;
  /** What was measured, in the order of the rounds. */
  readonly values: ReadonlyMap<SubjectName, readonly number[]>;
  /**
   * How far the gateway is ahead of the best peer: above 1 it is ahead, whether more or less is
   * better. Null where nothing is compared.
   */
  readonly ratio: number | null;
}

/** The rows of one scenario. Measurements of others are left out. */
export function toRows(scenario: Scenario, measurements: readonly Measurement[]): readonly Row[] {
  const own = measurements
    .filter((one) => one.scenario === scenario.name)
    .toSorted((one, other) => one.round - other.round);
  return [...new Set(own.map(({ variant }) => variant))].flatMap((variant) => {
    const ofVariant = own.filter((one) => one.variant === variant);
    return scenario.figures.map((figure) => toRow(scenario.name, variant, figure, ofVariant));
  });
}

function toRow(
  scenario: string,
  variant: string,
  figure: Figure,
  measurements: readonly Measurement[],
): Row {
  const values = new Map<SubjectName, number[]>();
  for (const { subject, figures } of measurements) {
    const value = figures[figure.key];
    if (value === undefined) continue;
    values.set(subject, [...(values.get(subject) ?? []), value]);
  }
  return { scenario, variant, figure, values, ratio: ratioOf(figure, values) };
}

type Values = ReadonlyMap<SubjectName, readonly number[]>;

/** The peer with the best median, and what was measured of it. Null where no peer was measured. */
export function bestPeer(
  { better }: Figure,
  values: Values,
): readonly [SubjectName, readonly number[]] | null {
  const sign = better === 'less' ? 1 : -1;
  const [best] = [...values]
    .filter(([name]) => subjects[name].kind === 'peer')
    .toSorted(([, one], [, other]) => sign * (median(one) - median(other)));
  return best ?? null;
}

function ratioOf(figure: Figure, values: Values): number | null {
  const ours = values.get('gateway');
  const best = bestPeer(figure, values);
  if (figure.better === null || ours === undefined || best === null) return null;
  const [own, theirs] = [median(ours), median(best[1])];
  return figure.better === 'more' ? own / theirs : theirs / own;
}
