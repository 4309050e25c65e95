import { ask } from '../driver/ask.ts';
import { nowMs } from '../measure/clock.ts';
import { TYPE_NAME } from './measure-queries.ts';
import { casesOf, type Scenario } from './scenario.ts';

const SIMULATOR = 'with the embedded simulator';

export const start: Scenario = {
  name: 'start',
  title: 'Start',
  about: 'From the start of the process to its first answer, to `{ __typename }`.',
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
    const startedAt = nowMs();
    const { endpoint, usage } = await startSubject(
      variant === SIMULATOR ? { providerUrl: null } : {},
    );
    const answer = await ask(endpoint, { query: '{ __typename }' });
    const seconds = (nowMs() - startedAt) / 1000;
    if (!answer.includes(TYPE_NAME)) throw new Error(`Answered ${answer}`);
    return { seconds, cpu: usage.cpuSeconds(), memory: usage.residentBytes() / 1024 / 1024 };
  },
};
