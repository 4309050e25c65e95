import { pushFigureList, pushFigures } from './push-figures.ts';
import { casesOf, type Scenario } from './scenario.ts';
import { uploadPhotos } from './upload-photos.ts';
import { waitForPhotos } from './wait-for-photos.ts';

const SUBSCRIBERS_PER_PHOTO = 10;

export const subscribers: Scenario = {
  name: 'subscribers',
  title: 'Subscribers',
  about:
    '1,000 subscribers wait for 100 photos that take 3 to 9 s, each on a connection of its own, on a ' +
    'server that has just started and knows no processing times. WebSockets; plain Yoga has ' +
    'server-sent events. The peers poll each second for each subscriber.',
  figures: pushFigureList,
  cases: () => casesOf('gateway', 'apollo', 'mercurius', 'yoga'),
  async measure({ case: { subject: name }, scale, provider, startSubject }) {
    await provider.setTimes({ fromMs: 3000, toMs: 9000 });
    const subject = await startSubject();
    const { ids } = await uploadPhotos(subject, scale.subscribers / SUBSCRIBERS_PER_PHOTO, 20);
    const groups = Array.from({ length: SUBSCRIBERS_PER_PHOTO }, () => ids).flat();
    using waiting = waitForPhotos(
      name,
      subject,
      groups.map((id) => [id]),
    );
    await waiting.subscribed;
    return pushFigures(await waiting.told, await provider.report());
  },
};
