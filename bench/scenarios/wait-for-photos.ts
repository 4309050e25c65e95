import { subscribeOverEvents } from '../driver/event-stream.ts';
import { PHOTO_READY, type Subscribers, type SubscriptionOptions } from '../driver/subscriber.ts';
import { subscribeOverWebSocket } from '../driver/web-socket.ts';
import type { Subject, SubjectName } from '../subjects/subject.ts';

/** How one subscribes where it does not matter: plain Yoga has server-sent events only. */
function subscribeFunction(name: SubjectName): (options: SubscriptionOptions) => Subscribers {
  return name === 'yoga' ? subscribeOverEvents : subscribeOverWebSocket;
}

export interface Waiting extends Disposable {
  readonly subscribed: Promise<void>;
  /** When each subscriber was told, by `nowMs`; resolves when all have been. */
  readonly told: Promise<readonly Told[]>;
}

export interface Told {
  readonly id: string;
  readonly atMs: number;
}

/**
 * Subscribes to `photoReady` of photos. Each group of ids shares a connection.
 *
 * @throws in both promises, if a subscription fails
 */
export function waitForPhotos(
  name: SubjectName,
  { endpoint }: Subject,
  groups: readonly (readonly string[])[],
  proof: Pick<SubscriptionOptions, 'proofId'> = {},
): Waiting {
  const subscribe = subscribeFunction(name);
  const expected = groups.reduce((sum, ids) => sum + ids.length, 0);
  const told: Told[] = [];
  const all = Promise.withResolvers<readonly Told[]>();
  const stack = new DisposableStack();
  const open = groups.map((ids) =>
    stack.use(
      subscribe({
        endpoint,
        ids,
        query: PHOTO_READY,
        ...proof,
        onEvent(id, atMs) {
          told.push({ id, atMs });
          if (told.length === expected) all.resolve(told);
        },
        onError: (error) => all.reject(error),
      }),
    ),
  );
  const subscribed = Promise.all(open.map((one) => one.subscribed)).then(() => undefined);
  return {
    // A connection that ends may leave its subscription unanswered for ever.
    subscribed: Promise.race([subscribed, all.promise.then(() => undefined)]),
    told: all.promise,
    [Symbol.dispose]: () => stack.dispose(),
  };
}
