import { Counter, Histogram, type Registry } from 'prom-client';
import type { Events } from '../events.ts';

const DURATIONS = [0.03, 0.1, 0.3, 1, 3, 10, 30];

/** How webhooks are sent. What waits is in the state metrics. */
export function createWebhookMetrics(registry: Registry): Pick<Events, 'webhookAttempted'> {
  const registers = [registry];
  const attempts = new Counter({
    name: 'photo_gateway_webhook_attempts_total',
    help: 'Attempts to send a webhook, by what came of them. given_up: its receiver did not take it for more than a day, or wants no more. `npm run webhooks -- failed` lists those.',
    labelNames: ['outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'photo_gateway_webhook_attempt_seconds',
    help: 'How long attempts to send a webhook took. Near WEBHOOK_TIMEOUT_MS, a receiver works before it answers: it should answer first.',
    buckets: DURATIONS,
    registers,
  });
  for (const outcome of ['delivered', 'retried', 'given_up']) attempts.inc({ outcome }, 0);

  return {
    webhookAttempted({ outcome, durationMs }) {
      attempts.inc({ outcome });
      durations.observe(durationMs / 1000);
    },
  };
}
