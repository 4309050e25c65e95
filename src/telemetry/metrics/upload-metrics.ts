import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { ERROR_CODES } from '../../common/errors.ts';
import type { EndedUpload, Events } from '../events.ts';

type UploadEvents = Pick<Events, 'uploadBegan' | 'uploadEnded' | 'photoDeleted' | 'requestEnded'>;

const DURATIONS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];
const MIB = 1024 * 1024;
const SIZES = [0.0625, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64].map((size) => size * MIB);

/** Uploads and what they cost: the money. */
export function createUploadMetrics(registry: Registry): UploadEvents {
  const registers = [registry];
  const charged = new Counter({
    name: 'photo_gateway_uploads_charged_total',
    help: 'Uploads that the provider took and charged for, by repair type: what the gateway has spent. Compare its growth with the fall of photo_gateway_quota_remaining: a larger fall means that somebody else spends from the account.',
    labelNames: ['repair_type'],
    registers,
  });
  const deduplicated = new Counter({
    name: 'photo_gateway_uploads_deduplicated_total',
    help: 'Uploads that got the photo of an earlier upload with the same idempotency key: each would have been paid again. Many of them mean that clients lose their connections.',
    registers,
  });
  const refused = new Counter({
    name: 'photo_gateway_uploads_refused_total',
    help: 'Uploads that failed without costing anything, by the code of the error contract. QUOTA_EXHAUSTED: buy uploads; UPSTREAM_AUTH_FAILED: check the credentials and the clock.',
    labelNames: ['code'],
    registers,
  });
  // All series exist from the start: the first increment of a new series is not seen as growth.
  for (const code of Object.keys(ERROR_CODES)) refused.inc({ code }, 0);
  const unknown = new Counter({
    name: 'photo_gateway_uploads_unknown_total',
    help: 'Uploads that were sent whole and never answered, and may have been charged for nothing. Each has a log line at level warn: compare the account with those.',
    registers,
  });
  const deleted = new Counter({
    name: 'photo_gateway_photos_deleted_total',
    help: 'Photos that clients have deleted. What they cost stays paid.',
    registers,
  });
  const durations = new Histogram({
    name: 'photo_gateway_upload_duration_seconds',
    help: 'From the first look at an upload to its end, by what it cost. Waiting for MAX_CONCURRENT_UPLOADS and for the client is included.',
    labelNames: ['cost'],
    buckets: DURATIONS,
    registers,
  });
  const sizes = new Histogram({
    name: 'photo_gateway_upload_size_bytes',
    help: 'Sizes of the files that were charged. They show whether MAX_FILE_SIZE fits the files that clients send.',
    buckets: SIZES,
    registers,
  });
  const received = new Counter({
    name: 'photo_gateway_upload_received_bytes_total',
    help: 'Bytes of files read from clients, including those of failed uploads.',
    registers,
  });
  const running = new Gauge({
    name: 'photo_gateway_uploads_running',
    help: 'Uploads that run or wait for MAX_CONCURRENT_UPLOADS. Near MAX_CONCURRENT_UPLOADS, clients are about to get RATE_LIMITED.',
    registers,
  });

  function countCost({ cost, code, repairType, receivedBytes }: EndedUpload) {
    if (cost === 'deduplicated') deduplicated.inc();
    if (cost === 'nothing') refused.inc({ code });
    if (cost === 'unknown') unknown.inc();
    if (cost === 'charged') {
      charged.inc({ repair_type: repairType });
      sizes.observe(receivedBytes);
    }
  }

  return {
    uploadBegan: () => running.inc(),
    uploadEnded(upload) {
      running.dec();
      received.inc(upload.receivedBytes);
      durations.observe({ cost: upload.cost }, upload.durationMs / 1000);
      countCost(upload);
    },
    photoDeleted: () => deleted.inc(),
    requestEnded({ isForm, operation }) {
      // A form that is malformed, or whose variables are, never becomes an upload, so `uploadEnded` is not
      // called for it.
      if (isForm && operation?.ran === false) refused.inc({ code: operation.code });
    },
  };
}
