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
    help: 'Photos that are polled now. One that only grows means that the provider finishes less than is uploaded.',
    registers,
  });
  const polls = new Counter({
    name: 'photo_gateway_polls_total',
    help: 'Polls sent. Near POLLS_PER_SECOND a second, photos wait for their turn and are told late.',
    registers,
  });
  const saved = new Counter({
    name: 'photo_gateway_polls_saved_total',
    help: 'Polls that were not sent because one told several clients: for each poll, those who waited for its photo less one.',
    registers,
  });
  const pollsOfPhoto = new Histogram({
    name: 'photo_gateway_photo_polls',
    help: 'Polls that it took to see a photo ready, those that failed included. Its mean is what a photo costs in calls.',
    buckets: POLLS,
    registers,
  });
  const delays = new Histogram({
    name: 'photo_gateway_push_delay_bound_seconds',
    help: 'The most that a photo can have been ready before it was known: the time between the poll that saw it ready and the one before. The provider does not tell when it was, so that the true delay, about half of this in the mean, cannot be measured. Lower POLL_INTERVAL_MS or raise POLLS_PER_SECOND where it is too much.',
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
