import type { ProviderReport } from '../provider/messages.ts';
import type { Subject } from '../subjects/subject.ts';
import { pushFigureList, pushFigures } from './push-figures.ts';
import type { Scenario } from './scenario.ts';
import { uploadPhotos } from './upload-photos.ts';
import { waitForPhotos, type Told, type Waiting } from './wait-for-photos.ts';

const PHOTOS_PER_CLIENT = 10;
const CLIENTS_TOGETHER = 4;
/** More photos than this cannot be uploaded before the first of them is ready after 3 s. */
const MOST_SHORT_PHOTOS = 1000;

/** Uploads so many photos as fast as the server takes them; who has uploaded ten waits for these. */
async function restoreAll(subject: Subject, photos: number): Promise<readonly Told[]> {
  using stack = new DisposableStack();
  const waits: Waiting[] = [];
  let left = photos;
  async function work() {
    while (left > 0) {
      const count = Math.min(PHOTOS_PER_CLIENT, left);
      left -= count;
      const { ids } = await uploadPhotos(subject, count, count);
      const waiting = stack.use(waitForPhotos('gateway', subject, [ids]));
      waits.push(waiting);
      await waiting.subscribed;
    }
  }
  await Promise.all(Array.from({ length: CLIENTS_TOGETHER }, work));
  return (await Promise.all(waits.map(({ told }) => told))).flat();
}

/** The most photos that were processed at one time. */
function mostInFlight({ photos }: ProviderReport): number {
  const steps = photos
    .flatMap((photo) => [
      { atMs: photo.uploadedAtMs, step: 1 },
      { atMs: photo.readyAtMs, step: -1 },
    ])
    .toSorted((one, other) => one.atMs - other.atMs);
  let [now, most] = [0, 0];
  for (const { step } of steps) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
}

export const growth: Scenario = {
  name: 'growth',
  title: 'Growth',
  about:
    'So many photos, uploaded as fast as the gateway takes them, each with a subscriber; ten ' +
    'subscriptions share a WebSocket. Photos take 3 to 9 s; where there are more than 1,000, 30 to ' +
    '90 s, for all to be in flight together. CPU and memory are those of everything: upload, polls, ' +
    'push and archive.',
  figures: [
    { key: 'inFlight', title: 'most in flight', better: null, digits: 0 },
    ...pushFigureList,
    { key: 'cpu', title: 'CPU a photo, ms', better: 'less', digits: 1 },
    { key: 'memory', title: 'memory over idle, MiB', better: 'less', digits: 0 },
  ],
  cases: ({ photosInFlight }) =>
    photosInFlight.map((photos) => ({ subject: 'gateway', variant: `${photos} photos` })),
  async measure({ case: { variant }, provider, startSubject }) {
    const photos = Number.parseInt(variant);
    const stretch = photos > MOST_SHORT_PHOTOS ? 10 : 1;
    await provider.setTimes({ fromMs: 3000 * stretch, toMs: 9000 * stretch });
    const subject = await startSubject();
    const [cpuBefore, idleBytes] = [subject.usage.cpuSeconds(), subject.usage.residentBytes()];
    const told = await restoreAll(subject, photos);
    const report = await provider.report();
    return {
      inFlight: mostInFlight(report),
      ...pushFigures(told, report),
      cpu: ((subject.usage.cpuSeconds() - cpuBefore) / photos) * 1000,
      memory: (subject.usage.peakResidentBytes() - idleBytes) / 1024 / 1024,
    };
  },
};
