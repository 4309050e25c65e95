import { GatewayError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Secret } from '../common/secret.ts';
import { createSlots } from '../common/slots.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createAttempt, probe } from './attempt.ts';
import { createCircuit } from './circuit.ts';
import { quotaEndpoint, resultUrlEndpoint, statusEndpoint, uploadEndpoint } from './endpoints.ts';
import { createExchange } from './exchange.ts';
import { createCallObserver } from './observe-call.ts';
import { createProviderClock } from './provider-clock.ts';
import { createFailureObserver } from './observe-failures.ts';
import type { PhotoCalls, Provider, ProviderUpload } from './provider.ts';
import { createQuotaReader } from './quota-reader.ts';
import { createSafeCall, type SafeCall } from './safe-calls.ts';
import { createSharedCalls } from './shared-calls.ts';
import { createTransport } from './transport.ts';
import { createUploadCall } from './upload-call.ts';

export interface ProviderOptions {
  /** The provider's address; a path in it goes before those of docs/provider-api.md. */
  readonly baseUrl: URL;
  /** The customer's `third_code`. */
  readonly accountCode: string;
  readonly secretKey: Secret;
  /** One safe call in all, with its retries and the pauses between. */
  readonly timeoutMs: number;
  /** One attempt of a safe call: shorter, so that a lost one leaves time for another. @default half of `timeoutMs` */
  readonly attemptTimeoutMs?: number;
  /** One upload in all, from the call to the answer. */
  readonly uploadTimeoutMs: number;
  /**
   * Longest time for which the provider may take no byte of a picture that flows. Once the whole
   * picture is sent, only `uploadTimeoutMs` limits the wait: to give up then could be to pay for nothing.
   * @default 15000
   */
  readonly uploadIdleTimeoutMs?: number;
  /** Opening one connection. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** Uploads that run at once. @default 128 */
  readonly maxUploads?: number;
  /** Over it, calls wait for a connection within their own time. @default as many as there can be calls */
  readonly maxConnections?: number;
  /** Attempts of one safe call, the first included. @default 3 */
  readonly maxAttempts?: number;
  /** Pause after the first failed attempt; doubles with each, less up to a half at random. @default 100 */
  readonly retryBaseDelayMs?: number;
  /** Longest pause between two attempts. @default 1000 */
  readonly retryMaxDelayMs?: number;
  /** Consecutive attempts without an answer that open the circuit. @default 10 */
  readonly circuitFailureThreshold?: number;
  /** How long an open circuit refuses calls before one probes. @default 2000 */
  readonly circuitBreakMs?: number;
  /** How old a quota may be. @default 1000 */
  readonly quotaMaxAgeMs?: number;
  /** Milliseconds since the epoch, for tokens and the quota's age. @default Date.now */
  readonly now?: () => number;
  /** Told of clock skew, and of the circuit's opening and closing. @default nobody */
  readonly log?: Pick<Log, 'info' | 'warn'>;
  /** Told of each attempt of a call, and of the quota. @default nobody */
  readonly telemetry?: Pick<
    Telemetry,
    'tracing' | 'providerCalled' | 'providerFailed' | 'quotaHeard'
  >;
}

/**
 * Calls that are sent at once, of each kind apart: what clients ask of photos, what the gateway asks of uploaded
 * ones, and the quota. A provider that is silent about the ones holds up none of the others.
 */
const LANES = { clients: 64, photos: 64, quota: 8 } as const;
const PROBES = 1;
const SAFE_CALLS = LANES.clients + LANES.photos + LANES.quota + PROBES;
/** In one lane; of one client, half of it. */
const MAX_WAITING_CALLS = 2048;

/** A client of the provider's API. Opens no connection before its first call. */
export function createProvider(options: ProviderOptions): Provider {
  const { accountCode, secretKey, timeoutMs, uploadTimeoutMs, now = Date.now, log } = options;
  const { telemetry = noTelemetry } = options;
  const closing = new AbortController();
  const transport = createTransport({
    baseUrl: options.baseUrl,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    maxConnections: options.maxConnections ?? (options.maxUploads ?? 128) + SAFE_CALLS,
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
  function openLane(count: number): SafeCall {
    const call = createSafeCall({
      attempt,
      circuit,
      slots: createSlots({
        count,
        maxWaiting: MAX_WAITING_CALLS,
        maxWaitMs: timeoutMs / 2,
        full: tooManyCalls,
      }),
      retry: {
        maxAttempts: options.maxAttempts ?? 3,
        baseDelayMs: options.retryBaseDelayMs ?? 100,
        maxDelayMs: options.retryMaxDelayMs ?? 1000,
      },
      timeoutMs,
      closing: closing.signal,
    });
    return (endpoint, fields, signal, holder) =>
      observeFailures(endpoint, () => call(endpoint, fields, signal, holder));
  }

  const askQuota = openLane(LANES.quota);
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
    const quota = await askQuota(quotaEndpoint, {}, signal);
    telemetry.quotaHeard(quota.remaining);
    return quota;
  }

  async function upload(picture: ProviderUpload, signal?: AbortSignal) {
    try {
      return await observeFailures(uploadEndpoint, () => sendUpload(picture, signal));
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'QUOTA_EXHAUSTED')
        telemetry.quotaHeard(0);
      throw error;
    } finally {
      // Also after a failure: nobody knows whether an upload that broke off was charged.
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
    ...createPhotoCalls(openLane(LANES.photos))(),
    forClient: createPhotoCalls(openLane(LANES.clients)),
    quota: (signal) => quotas.read(signal),
    quotaNow: (signal) => quotas.readNow(signal),
    close,
  };
}

/** Identical calls in flight share one request, which takes the turn of the first that asks. */
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

function tooManyCalls() {
  return new GatewayError(
    'RATE_LIMITED',
    'Too many questions wait for the provider: ask again in a moment.',
    { retryAfterMs: 1000 },
  );
}
