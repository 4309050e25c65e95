import type { Logger } from 'pino';
import type { Log } from '../common/log.ts';
import type { EndedUpload, Events } from './events.ts';
import { roundedMs, traceOf } from './line-parts.ts';
import { createRepetitions } from './repetitions.ts';
import { createRequestLines } from './request-lines.ts';

type LoggedEvents = Pick<Events, 'requestEnded' | 'uploadEnded' | 'providerFailed'>;

/**
 * Writes one line per request, one per upload with what it cost, and one per kind of provider failure,
 * repeated at most every ten seconds.
 */
export function createLogLines(
  log: Log & Pick<Logger, 'child'>,
  traceId: () => string | null,
): LoggedEvents {
  const failures = createRepetitions();

  return {
    providerFailed(call) {
      const { endpoint, code, errno, cause } = call;
      const kind = [endpoint, code, errno, cause?.code, cause?.httpStatus].join(' ');
      const before = failures.next(kind);
      const line = { ...traceOf(traceId()), ...call };
      // Thousands of photos may be polled while the provider is down.
      if (before === null) log.debug(line, FAILED_CALL);
      else log.warn({ ...line, untold: before }, FAILED_CALL);
    },
    requestEnded: createRequestLines(log),
    uploadEnded(upload) {
      const { durationMs, ...rest } = upload;
      const line = { ...traceOf(traceId()), ...rest, durationMs: roundedMs(durationMs) };
      log[upload.cost === 'unknown' ? 'warn' : 'info'](line, UPLOADS[upload.cost]);
    },
  };
}

const FAILED_CALL = 'A call to the provider failed';

const UPLOADS: Readonly<Record<EndedUpload['cost'], string>> = {
  charged: 'An upload was charged',
  deduplicated: 'An upload got the photo of an earlier one with its idempotency key',
  nothing: 'An upload failed and was not charged',
  unknown: 'The cost of an upload is unknown: it may have been charged',
};
