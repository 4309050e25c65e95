import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { quantile } from '../measure/quantile.ts';
import type { ProcessingTimes } from '../provider/photo-book.ts';
import { startProvider } from '../provider/start-provider.ts';
import { endOnSignals } from '../run/processes.ts';
import { uploadPhotos } from '../scenarios/upload-photos.ts';
import { waitForPhotos, type Told } from '../scenarios/wait-for-photos.ts';
import { startSubject } from '../subjects/start-subject.ts';
import type { Subject } from '../subjects/subject.ts';

/**
 * Measures what the running gateway learns of known processing times: polls per photo, and how late
 * its owner learns that it is ready.
 */
endOnSignals();
const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '160' },
    learning: { type: 'string', default: '80' },
    together: { type: 'string', default: '16' },
  },
});
const photoCount = Number(values.photos);
const learningCount = Number(values.learning);
const together = Number(values.together);

const between = (fromMs: number, toMs: number): ProcessingTimes => ({ fromMs, toMs });
const scenarios = {
  '3 s ± 20 %': between(2400, 3600),
  '6 s ± 20 %': between(4800, 7200),
  '3 to 9 s': between(3000, 9000),
  '3 s': between(3000, 3000),
  '7.3 s': between(7300, 7300),
} as const;

/** Uploads one photo and waits for its push. */
async function restore(subject: Subject): Promise<readonly Told[]> {
  const { ids } = await uploadPhotos(subject, 1, 1);
  using waiting = waitForPhotos('gateway', subject, [ids]);
  await waiting.subscribed;
  return await waiting.told;
}

async function measure(times: ProcessingTimes) {
  await using provider = await startProvider();
  await provider.setTimes(times);
  await using subject = await startSubject('gateway', { providerUrl: provider.url });
  const told: Told[] = [];
  let begun = 0;
  async function work() {
    // Starts out of step with the others.
    await delay(Math.random() * 1000);
    while (begun < photoCount) {
      begun += 1;
      told.push(...(await restore(subject)));
    }
  }
  await Promise.all(Array.from({ length: together }, work));
  const { photos } = await provider.report();
  const byId = new Map(photos.map((photo) => [photo.id, photo]));
  return told.slice(learningCount).flatMap(({ id, atMs }) => {
    const photo = byId.get(id);
    return photo === undefined ? [] : [{ polls: photo.polls, delayMs: atMs - photo.readyAtMs }];
  });
}

console.log(
  `${photoCount} photos, ${together} at a time; the first ${learningCount} are not counted`,
);
for (const [name, times] of Object.entries(scenarios)) {
  const seen = await measure(times);
  const polls = seen.reduce((sum, photo) => sum + photo.polls, 0) / seen.length;
  const delaysMs = seen.map(({ delayMs }) => delayMs);
  const [half, late] = [0.5, 0.9].map((part) => quantile(delaysMs, part).toFixed(0));
  console.log(`  ${name.padEnd(15)} ${polls.toFixed(1)} polls, ${half} ms late (9 of 10: ${late})`);
}
