import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Events } from '../events.ts';

type WatchEvents = Pick<Events, 'polled' | 'foundReady' | 'photosWatched'>;

const POLLS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60, 120];
const DELAYS = [0.03, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 300];

/** How photos are polled until they are ready. */
export function createWatchMetrics(registry: Registry): WatchEvents {
  const registers = [registry];
  const watched = new Gauge({
    name: 'photo_gateway_photos_watched',
    help: 'Photos that are polled now. If it only grows, the provider finishes fewer photos than are uploaded.',
    registers,
  });
  const polls = new Counter({
    name: 'photo_gateway_polls_total',
    help: 'Polls sent. Near POLLS_PER_SECOND a second, or while the provider is slow or fails, photos wait for their turn and are reported late.',
    registers,
  });
  const saved = new Counter({
    name: 'photo_gateway_polls_saved_total',
    help: 'Polls that were saved because one poll served several clients: for each poll, the clients that waited for its photo, minus one.',
    registers,
  });
  const pollsOfPhoto = new Histogram({
    name: 'photo_gateway_photo_polls',
    help: 'Polls until a photo was seen ready, including those that failed. The mean is the number of calls per photo.',
    buckets: POLLS,
    registers,
  });
  const delays = new Histogram({
    name: 'photo_gateway_push_delay_bound_seconds',
    help: 'The longest time that a photo can have been ready before the gateway knew: the time between the poll that saw it ready and the poll before. The provider does not report when the photo became ready, so the true delay, on average about half of this, cannot be measured. If it is too long, lower POLL_INTERVAL_MS or raise POLLS_PER_SECOND.',
    buckets: DELAYS,
    registers,
  });

  return {
    polled({ waiters }) {
      polls.inc();
      saved.inc(Math.max(0, waiters - 1));
    },
    foundReady(found) {
      pollsOfPhoto.observe(found.polls);
      delays.observe(found.delayMs / 1000);
    },
    photosWatched: (count) => watched.set(count),
  };
}
