import { parseArgs } from 'node:util';
import { distributions } from '../polling/distributions.ts';
import { fixed, learned, type Schedule } from '../polling/schedules.ts';
import { simulate } from '../polling/simulate.ts';
import { summarise, type Summary } from '../polling/summary.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    'in-flight': { type: 'string', default: '4' },
    failing: { type: 'string', default: '0' },
    'photos-per-restart': { type: 'string', default: '1000000' },
    'poll-interval': { type: 'string', default: '1000' },
    'min-gap': { type: 'string', default: '50' },
  },
});
const gaps = {
  pollIntervalMs: Number(values['poll-interval']),
  minGapMs: Number(values['min-gap']),
};

const cell = (polls: number, ...delaysMs: readonly number[]) =>
  `${polls.toFixed(2)} · ${delaysMs.map((delayMs) => delayMs.toFixed(0)).join(' / ')}`;
const whole = ({ polls, medianDelayMs, meanDelayMs, slowDelayMs }: Summary) =>
  cell(polls, medianDelayMs, meanDelayMs, slowDelayMs);
const brief = ({ polls, medianDelayMs }: Summary) => cell(polls, medianDelayMs);

console.log(
  '| processing time | fixed, at once | fixed, later | learned | photos 0-49 | 50-199 |\n' +
    '| --- | --- | --- | --- | --- | --- |',
);
const startedAt = performance.now();
for (const [name, processingTime] of Object.entries(distributions)) {
  const run = (schedule: Schedule) =>
    simulate({
      schedule,
      processingTime,
      photos: 2000,
      seed: Number(values.seed),
      inFlight: Number(values['in-flight']),
      failing: Number(values.failing),
      photosPerRestart: Number(values['photos-per-restart']),
    });
  const atOnce = run(fixed(gaps, 'at once'));
  const later = run(fixed(gaps, 'later'));
  const planned = run(learned(gaps));
  const cells = [
    name,
    whole(summarise(atOnce.slice(200))),
    whole(summarise(later.slice(200))),
    whole(summarise(planned.slice(200))),
    brief(summarise(planned.slice(0, 50))),
    brief(summarise(planned.slice(50, 200))),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
console.error(`simulated in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
