import { setTimeout as delay } from 'node:timers/promises';
import { subscribeOverEvents } from '../driver/event-stream.ts';
import { PHOTO_READY, type Subscribers } from '../driver/subscriber.ts';
import { subscribeOverWebSocket } from '../driver/web-socket.ts';
import type { Subject, SubjectName } from '../subjects/subject.ts';
import type { Scenario } from './scenario.ts';
import { uploadPhotos } from './upload-photos.ts';

const EVENTS = 'server-sent events';
const WEB_SOCKET = 'WebSocket';
/** How many connect at a time. */
const BATCH = 100;
const SETTLE_MS = 2000;
const IDLE = 'subscription ($id: ID!) { idle(id: $id) { id } }';

interface Crowd extends Disposable {
  grow(subscribers: number): Promise<void>;
}

/** Subscribers that each have a connection of their own. */
function gather(name: SubjectName, { endpoint }: Subject, variant: string, id: string): Crowd {
  const stack = new DisposableStack();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const subscribe = variant === EVENTS ? subscribeOverEvents : subscribeOverWebSocket;
  const query = name === 'gateway' ? PHOTO_READY : IDLE;
  const onEvent = () => failed.reject(new Error('The photo is ready'));
  const onError = (error: Error) => failed.reject(error);
  function open(): Subscribers {
    return stack.use(subscribe({ endpoint, ids: [id], query, onEvent, onError }));
  }
  return {
    async grow(subscribers) {
      for (let begun = 0; begun < subscribers; begun += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, subscribers - begun) }, open);
        const subscribed = Promise.all(batch.map((one) => one.subscribed));
        await Promise.race([subscribed, failed.promise]);
      }
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}

export const idle: Scenario = {
  name: 'idle',
  title: 'Idle subscribers',
  about:
    'Resident memory of the server for each further subscriber that waits, each on a connection of ' +
    'its own. On the gateway they wait for a photo that is being processed; on the peers for nothing, ' +
    'so that their polls do not count.',
  figures: [{ key: 'memory', title: 'memory of a subscriber, KiB', better: 'less', digits: 1 }],
  cases: () => [
    ...(['gateway', 'yoga', 'bare'] as const).map((subject) => ({ subject, variant: EVENTS })),
    ...(['gateway', 'apollo', 'mercurius', 'bare'] as const).map((subject) => ({
      subject,
      variant: WEB_SOCKET,
    })),
  ],
  async measure({ case: { subject: name, variant }, scale, startSubject }) {
    const subject = await startSubject();
    const { ids } = await uploadPhotos(subject, 1, 1);
    using crowd = gather(name, subject, variant, ids[0] ?? '');
    // What the first ones load and compile serves all.
    await crowd.grow(scale.idleSubscribers / 10);
    await delay(SETTLE_MS / 2);
    const before = subject.usage.residentBytes();
    await crowd.grow(scale.idleSubscribers);
    await delay(SETTLE_MS);
    const after = subject.usage.residentBytes();
    return { memory: (after - before) / 1024 / scale.idleSubscribers };
  },
};
