import { GatewayError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Secret } from '../common/secret.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createAttempt, probe } from './attempt.ts';
import { createCircuit } from './circuit.ts';
import { quotaEndpoint, resultUrlEndpoint, statusEndpoint, uploadEndpoint } from './endpoints.ts';
import { createExchange } from './exchange.ts';
import { MAX_SAFE_CALLS, createBulkheads } from './bulkheads.ts';
import { createCallObserver } from './observe-call.ts';
import { createFailureObserver } from './observe-failures.ts';
import { createProviderClock } from './provider-clock.ts';
import type { PhotoCalls, Provider, ProviderUpload } from './provider.ts';
import { createQuotaReader } from './quota-reader.ts';
import type { SafeCall } from './safe-calls.ts';
import { createSharedCalls } from './shared-calls.ts';
import { createTransport } from './transport.ts';
import { createUploadCall } from './upload-call.ts';

export interface ProviderOptions {
  /** The provider's address. A path in it is put before the paths of docs/provider-api.md. */
  readonly baseUrl: URL;
  /** The customer's `third_code`. */
  readonly accountCode: string;
  readonly secretKey: Secret;
  /** Time limit of one safe call in total, with its retries and the pauses between. */
  readonly timeoutMs: number;
  /**
   * Time limit of one attempt of a safe call. It is shorter, so that a lost attempt leaves time for
   * another. @default half of `timeoutMs`
   */
  readonly attemptTimeoutMs?: number;
  /** Time limit of one upload in total, from the call to the answer. */
  readonly uploadTimeoutMs: number;
  /**
   * Longest time in which the provider takes no byte of a picture while there are bytes to send. Once
   * the complete picture is sent, only `uploadTimeoutMs` limits the wait: giving up then could mean
   * paying for nothing. @default 15000
   */
  readonly uploadIdleTimeoutMs?: number;
  /** Time limit for opening one connection. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** Uploads that run at once. @default 128 */
  readonly maxUploads?: number;
  /**
   * Connections that are open at once. Further calls wait for one within their own time limit.
   * @default as many as there can be calls
   */
  readonly maxConnections?: number;
  /** Attempts of one safe call, including the first. @default 3 */
  readonly maxAttempts?: number;
  /**
   * Pause after the first failed attempt. It doubles with each, and is shortened at random by up to a
   * half. @default 100
   */
  readonly retryBaseDelayMs?: number;
  /** Longest pause between two attempts. @default 1000 */
  readonly retryMaxDelayMs?: number;
  /** Consecutive attempts without an answer that open the circuit. @default 10 */
  readonly circuitFailureThreshold?: number;
  /** How long an open circuit rejects calls before a probe is sent. @default 2000 */
  readonly circuitBreakMs?: number;
  /** Maximum age of a cached quota. @default 1000 */
  readonly quotaMaxAgeMs?: number;
  /** The clock, in milliseconds since 1970, for tokens and the quota's age. @default Date.now */
  readonly now?: () => number;
  /** Logs clock skew, and the opening and closing of the circuit. @default none */
  readonly log?: Pick<Log, 'info' | 'warn'>;
  /** Receives each attempt of a call, and the quota. @default none */
  readonly telemetry?: Pick<
    Telemetry,
    'tracing' | 'providerCalled' | 'providerFailed' | 'quotaReported'
  >;
}

/** Creates a client of the provider's API. It opens no connection before its first call. */
export function createProvider(options: ProviderOptions): Provider {
  const { accountCode, secretKey, timeoutMs, uploadTimeoutMs, now = Date.now, log } = options;
  const { telemetry = noTelemetry } = options;
  const closing = new AbortController();
  const transport = createTransport({
    baseUrl: options.baseUrl,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    maxConnections: options.maxConnections ?? (options.maxUploads ?? 128) + MAX_SAFE_CALLS,
  });
  const clock = createProviderClock({ now, log });
  const { tracing } = telemetry;
  const exchange = createExchange({ transport, clock, accountCode, secretKey, tracing });
  const observeCall = createCallObserver(telemetry);
  const observeFailures = createFailureObserver(telemetry, closing.signal);
  const attempt = createAttempt({
    exchange,
    observeCall,
    timeoutMs: options.attemptTimeoutMs ?? timeoutMs / 2,
  });
  const circuit = createCircuit({
    probe: () => probe(attempt, closing.signal),
    failureThreshold: options.circuitFailureThreshold ?? 10,
    breakMs: options.circuitBreakMs ?? 2000,
    log,
  });
  const bulkheads = createBulkheads({
    attempt,
    circuit,
    observeFailures,
    retry: {
      maxAttempts: options.maxAttempts ?? 3,
      baseDelayMs: options.retryBaseDelayMs ?? 100,
      maxDelayMs: options.retryMaxDelayMs ?? 1000,
    },
    timeoutMs,
    closing: closing.signal,
  });
  const sendUpload = createUploadCall({
    exchange,
    circuit,
    observeCall,
    timeoutMs: uploadTimeoutMs,
    stallTimeoutMs: options.uploadIdleTimeoutMs ?? 15_000,
    closing: closing.signal,
  });
  const quotas = createQuotaReader({
    load: loadQuota,
    maxAgeMs: options.quotaMaxAgeMs ?? 1000,
    now,
  });

  async function loadQuota(signal: AbortSignal) {
    const quota = await bulkheads.quota(quotaEndpoint, {}, signal);
    telemetry.quotaReported(quota.remaining);
    return quota;
  }

  async function upload(picture: ProviderUpload, signal?: AbortSignal) {
    try {
      return await observeFailures(uploadEndpoint, () => sendUpload(picture, signal));
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'QUOTA_EXHAUSTED')
        telemetry.quotaReported(0);
      throw error;
    } finally {
      // Also after a failure: it is unknown whether an interrupted upload was charged.
      quotas.forget();
    }
  }

  async function close() {
    closing.abort(
      new GatewayError(
        'UPSTREAM_UNAVAILABLE',
        'The gateway is shutting down: try again in a moment.',
      ),
    );
    await transport.close();
  }

  return {
    get state() {
      return circuit.state;
    },
    upload,
    ...createPhotoCalls(bulkheads.photos)(),
    forClient: createPhotoCalls(bulkheads.clients),
    quota: (signal) => quotas.read(signal),
    quotaNow: (signal) => quotas.readNow(signal),
    close,
  };
}

/** Identical calls in flight share one request, which takes the turn of the first of them. */
function createPhotoCalls(call: SafeCall): (holder?: string) => PhotoCalls {
  const statuses = createSharedCalls<'PROCESSING' | 'READY'>();
  const resultUrls = createSharedCalls<string>();
  return (holder) => ({
    status: (id, signal) =>
      statuses.run(id, signal, (shared) => call(statusEndpoint, { mdf: id }, shared, holder)),
    resultUrl: (id, signal) =>
      resultUrls.run(id, signal, (shared) => call(resultUrlEndpoint, { mdf: id }, shared, holder)),
  });
}
