import { parseArgs } from 'node:util';
import { scenarios } from './scenarios/all.ts';
import { scales, type Scale } from './scenarios/scale.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { isSubjectName, subjectNames, type SubjectName } from './subjects/subject.ts';

export const HELP = `npm run bench -- [options]

  --quick            once, with smaller loads and without plain Yoga: less than four minutes
  --ci               queries and uploads beside mercurius, about 20 seconds; ends with 1 where a
                     ratio fell by more than a third against bench/kept.json
  --keep             with --ci: keeps the ratios in bench/kept.json instead
  --only NAMES       only these scenarios: ${scenarios.map(({ name }) => name).join(', ')}
  --subjects NAMES   only these servers
  --rounds NUMBER    how often each measurement is made
  --write FOLDER     where raw values, tables and curves are written; bench/results by default,
                     nowhere with --quick or --ci

Other measurements: npm run bench -- NAME, with audit, faults, fleet, first-paint, notify,
polling, polling-gateway, scaling or upload-memory. bench/README.md describes them.
`;

export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly subjects: readonly SubjectName[] | null;
  readonly scaleName: keyof typeof scales;
  readonly scale: Scale;
  readonly rounds: number;
  /** Nothing is begun later than this after the start. */
  readonly timeoutMs: number;
  readonly writeTo: string | null;
  readonly gate: 'compare' | 'keep' | null;
}

const MINUTE_MS = 60_000;
const RESULTS = new URL('results', import.meta.url).pathname;
/** What has no time in `--quick`: the peer that is the slowest in most scenarios. */
const QUICK_SUBJECTS = subjectNames.filter((name) => name !== 'yoga');
const CI_SCENARIOS = ['typename', 'processing', 'uploads'];
const CI_SUBJECTS: readonly SubjectName[] = ['gateway', 'mercurius'];

/** What the command line asks for; null for its help. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      ci: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      only: { type: 'string' },
      subjects: { type: 'string' },
      rounds: { type: 'string' },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { ci, quick } = values;
  const scaleName = ci ? 'short' : quick ? 'quick' : 'full';
  const scale = scales[scaleName];
  const names = values.only?.split(',') ?? (ci ? CI_SCENARIOS : null);
  return {
    scenarios: names === null ? scenarios : names.map(scenarioNamed),
    subjects:
      values.subjects?.split(',').map(subjectNamed) ??
      (ci ? CI_SUBJECTS : quick ? QUICK_SUBJECTS : null),
    scaleName,
    scale,
    rounds: toRounds(values.rounds) ?? scale.rounds,
    timeoutMs: (ci ? 3 : quick ? 8 : 120) * MINUTE_MS,
    writeTo: values.write ?? (ci || quick ? null : RESULTS),
    gate: ci ? (values.keep ? 'keep' : 'compare') : null,
  };
}

function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no scenario ${name}`);
  return found;
}

function subjectNamed(name: string): SubjectName {
  if (!isSubjectName(name)) throw new Error(`There is no server ${name}`);
  return name;
}

function toRounds(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d?$/.test(text)) throw new Error('--rounds is a number from 1 to 99');
  return Number(text);
}
