import { setTimeout as delay } from 'node:timers/promises';
import { uploadBytes } from '../driver/multipart.ts';
import { openQueryLoad } from '../driver/query-load.ts';
import { queryBytes } from '../driver/requests.ts';
import { startUploads } from '../driver/upload-load.ts';
import { AT_ONCE, NEVER } from '../provider/photo-book.ts';
import { nowMs } from '../measure/clock.ts';
import { quantile } from '../measure/quantile.ts';
import { statusQuery, untilStatus } from './photo-status.ts';
import { casesOf, LIKE_PEERS, type Scenario } from './scenario.ts';
import { uploadPhotos } from './upload-photos.ts';
import { waitForPhotos } from './wait-for-photos.ts';

const FILE_MIB = 8;
const SUBSCRIBERS_PER_PHOTO = 10;

export const mixed: Scenario = {
  name: 'mixed',
  title: 'Everything at once',
  about:
    '8 clients upload photos of 8 MiB one after the other, and 5 ask for the status of a photo. Then ' +
    '500 subscribe at once to 50 photos that are not ready, and each proves it by the event of a ' +
    'ready photo on the same WebSocket. When all have subscribed, the others are measured.',
  figures: [
    { key: 'p99', title: 'queries, 99 of 100 within, ms', better: 'less', digits: 0 },
    { key: 'perSecond', title: 'queries a second', better: null, digits: 0 },
    { key: 'speed', title: 'uploads, MiB a second', better: 'more', digits: 0 },
    { key: 'subscribeSeconds', title: 'until all have subscribed, s', better: 'less', digits: 1 },
  ],
  cases: () => casesOf('gateway', 'apollo', 'mercurius', 'yoga'),
  async measure({ case: { subject: name }, scale, provider, startSubject }) {
    const subject = await startSubject(LIKE_PEERS);
    const { endpoint, fileScalar } = subject;
    await provider.setTimes(AT_ONCE);
    const [proofId = ''] = (await uploadPhotos(subject, 1, 1)).ids;
    await untilStatus(subject, proofId, 'READY');
    await provider.setTimes(NEVER);
    const photos = scale.mixedSubscribers / SUBSCRIBERS_PER_PHOTO;
    const { ids } = await uploadPhotos(subject, photos, 10);
    using queries = await openQueryLoad({
      endpoint,
      request: queryBytes(endpoint, statusQuery(ids[0] ?? '')),
      connections: 5,
      accepts: (body) => body.includes('"PROCESSING"'),
    });
    const request = uploadBytes(endpoint, { fileScalar, fileBytes: FILE_MIB * 1024 * 1024 });
    const uploads = startUploads({ endpoint, request, uploads: Infinity, together: 8 });
    await queries.run(scale.warmUpSeconds);

    const subscribing = new AbortController();
    async function askMeanwhile({ signal }: AbortController) {
      while (!signal.aborted) await queries.run(0.1);
    }
    const asking = askMeanwhile(subscribing);
    const startedAt = nowMs();
    const groups = Array.from({ length: SUBSCRIBERS_PER_PHOTO }, () => ids).flat();
    using waiting = waitForPhotos(
      name,
      subject,
      groups.map((id) => [id]),
      { proofId },
    );
    await waiting.subscribed;
    const subscribeSeconds = (nowMs() - startedAt) / 1000;
    subscribing.abort();
    await asking;
    await delay(100);

    const uploadedBefore = uploads.ids.length;
    const { latenciesMs, seconds } = await queries.run(scale.mixedSeconds);
    const speed = ((uploads.ids.length - uploadedBefore) * FILE_MIB) / seconds;
    await uploads.stop();
    const perSecond = latenciesMs.length / seconds;
    return { p99: quantile(latenciesMs, 0.99), perSecond, speed, subscribeSeconds };
  },
};
