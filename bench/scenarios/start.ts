import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../driver/ask.ts';
import { nowMs } from '../measure/clock.ts';
import { TYPE_NAME } from './measure-queries.ts';
import { casesOf, type Scenario } from './scenario.ts';

/** How long the start before is left alone: it keeps its compiled code after a second. */
const BEFORE_MS = 3000;
const SIMULATOR = 'with the embedded simulator';

export const start: Scenario = {
  name: 'start',
  title: 'Start',
  about:
    'From the start of the process to its first answer, to `{ __typename }`. It was started once before, so that its ' +
    'files are in memory and the compiled code of the gateway is kept.',
  figures: [
    { key: 'seconds', title: 'seconds', better: 'less', digits: 2 },
    { key: 'cpu', title: 'CPU seconds', better: 'less', digits: 2 },
    { key: 'memory', title: 'memory then, MiB', better: 'less', digits: 0 },
  ],
  cases: () => [
    { subject: 'gateway', variant: SIMULATOR },
    ...casesOf('gateway', 'apollo', 'mercurius', 'yoga', 'bare'),
  ],
  async measure({ case: { variant }, startSubject }) {
    async function startAndAsk() {
      const startedAt = nowMs();
      const { endpoint, usage } = await startSubject(
        variant === SIMULATOR ? { providerUrl: null } : {},
      );
      const answer = await ask(endpoint, { query: '{ __typename }' });
      const seconds = (nowMs() - startedAt) / 1000;
      if (!answer.includes(TYPE_NAME)) throw new Error(`Answered ${answer}`);
      return { usage, seconds };
    }
    await startAndAsk();
    await delay(BEFORE_MS);
    const { usage, seconds } = await startAndAsk();
    return { seconds, cpu: usage.cpuSeconds(), memory: usage.residentBytes() / 1024 / 1024 };
  },
};
