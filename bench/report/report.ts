import { median } from '../measure/quantile.ts';
import type { Measurement } from '../run/messages.ts';
import { scenarios } from '../scenarios/all.ts';
import { growth } from '../scenarios/growth.ts';
import { growthCharts } from './growth-charts.ts';
import { toRows } from './rows.ts';
import { summaryTable } from './summary.ts';
import { scenarioTable } from './table.ts';

const percent = (part: number) => `${(part * 100).toFixed(0)} %`;

function othersLine(measurements: readonly Measurement[]): string {
  const parts = measurements.map(({ others }) => others);
  return `Other processes had ${percent(median(parts))} of the machine meanwhile (median), at most ${percent(Math.max(...parts))}.`;
}

/** All tables as markdown: a section for each scenario that was measured. */
export function markdownReport(machine: string, measurements: readonly Measurement[]): string {
  const charts = [...growthCharts(measurements).keys()];
  const sections = scenarios.flatMap((scenario) => {
    const own = measurements.filter((one) => one.scenario === scenario.name);
    if (own.length === 0) return [];
    const pictures =
      scenario === growth
        ? charts.map((file) => `![The curve of the figures above.](${file})`)
        : [];
    const table = scenarioTable(scenario, own).trimEnd();
    return [`## ${scenario.title}`, scenario.about, table].concat(pictures, othersLine(own));
  });
  const titles = new Map(scenarios.map(({ name, title }) => [name, title]));
  const summary = summaryTable(
    titles,
    scenarios.flatMap((scenario) => toRows(scenario, measurements)),
  );
  const intro =
    `Measured on ${machine}; driver, provider and server share them. A cell is the median, with the ` +
    'values of all rounds behind it. The ratio tells how far the gateway is ahead of the best ' +
    'peer: above 1 it is ahead, whether more or less is better.';
  return `${['# Figures', intro, summary.trimEnd(), ...sections].filter(Boolean).join('\n\n')}\n`;
}
