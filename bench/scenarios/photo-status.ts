import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../driver/ask.ts';
import { AT_ONCE } from '../provider/photo-book.ts';
import type { Subject } from '../subjects/subject.ts';
import { measureQueries, queryFigures } from './measure-queries.ts';
import { casesOf, type Figure, type Figures, type Scenario, type Stage } from './scenario.ts';
import { uploadPhotos } from './upload-photos.ts';

const callsFigure: Figure = {
  key: 'calls',
  title: 'calls of the provider per query',
  better: 'less',
  digits: 3,
};

export const statusQuery = (id: string) => ({
  query: 'query ($id: ID!) { photoStatus(id: $id) { id status } }',
  variables: { id },
});

async function measure(stage: Stage, status: 'PROCESSING' | 'READY'): Promise<Figures> {
  const { provider, scale } = stage;
  if (status === 'READY') await provider.setTimes(AT_ONCE);
  const subject = await stage.startSubject();
  const { ids } = await uploadPhotos(subject, 1, 1);
  const [id = ''] = ids;
  await untilStatus(subject, id, status);

  let callsBefore = 0;
  const figures = await measureQueries(
    subject,
    statusQuery(id),
    `"status":"${status}"`,
    scale,
    async () => {
      callsBefore = (await provider.report()).calls.status;
    },
  );
  const calls = (await provider.report()).calls.status - callsBefore;
  return { ...figures, calls: calls / (figures['answers'] ?? 0) };
}

/** Resolves when the server says that the photo has this status. */
export async function untilStatus({ endpoint }: Subject, id: string, status: string) {
  let answer = '';
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    answer = await ask(endpoint, statusQuery(id));
    if (answer.includes(`"status":"${status}"`)) return;
    await delay(50);
  }
  throw new Error(`The photo ${id} does not become ${status}: ${answer}`);
}

export const processing: Scenario = {
  name: 'processing',
  title: 'The status of a photo that is being processed',
  about:
    '`photoStatus` of a photo that was uploaded through the server and is not ready yet, on 50 ' +
    'keep-alive connections. The limit calls the provider for each.',
  figures: [...queryFigures, callsFigure],
  cases: () => casesOf('gateway', 'apollo', 'mercurius', 'yoga', 'bare'),
  measure: (stage) => measure(stage, 'PROCESSING'),
};

export const ready: Scenario = {
  name: 'ready',
  title: 'The status of a photo that is ready',
  about: 'The same for a photo that has been ready since its upload.',
  figures: [...queryFigures, callsFigure],
  cases: () => casesOf('gateway', 'apollo', 'mercurius', 'yoga', 'bare'),
  measure: (stage) => measure(stage, 'READY'),
};
