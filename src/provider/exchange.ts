import type { Secret } from '../common/secret.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { readAnswer, type Answer } from './answer.ts';
import type { Endpoint } from './endpoints.ts';
import { encodeFields, encodeUpload, type FormFile } from './form.ts';
import type { ProviderClock } from './provider-clock.ts';
import { createToken } from './token.ts';
import type { Transport } from './transport.ts';

export interface ExchangeRequest {
  readonly endpoint: Endpoint<unknown>;
  /** All fields except the account's. */
  readonly fields: Readonly<Record<string, string>>;
  /** Streamed after the fields. */
  readonly file?: FormFile;
  /** See `PostRequest`. */
  readonly onHead?: (statusCode: number) => void;
  readonly signal: AbortSignal;
  /** See `PostRequest`. */
  readonly timeoutMs?: number;
}

export type ExchangeResult = Answer & {
  /** Whether the token was rejected and the clock was corrected since, so that a retry may succeed. */
  readonly clockCorrected: boolean;
};

/** Sends one request, once, and returns the provider's answer. @throws as `post` and `readAnswer` do. */
export type Exchange = (request: ExchangeRequest) => Promise<ExchangeResult>;

export interface ExchangeOptions {
  readonly transport: Transport;
  readonly clock: ProviderClock;
  readonly accountCode: string;
  readonly secretKey: Secret;
  readonly tracing: Pick<Tracing, 'headers'>;
}

const TOKEN_REFUSED = 9999;

export function createExchange(options: ExchangeOptions): Exchange {
  const { transport, clock, accountCode, secretKey, tracing } = options;
  return async function exchange({ endpoint, fields, file, onHead, signal, timeoutMs }) {
    const unixSeconds = clock.unixSeconds();
    const allFields = { third_code: accountCode, ...fields };
    const response = await transport.post({
      path: endpoint.path,
      token: createToken(secretKey, unixSeconds),
      traceHeaders: tracing.headers(),
      form: file === undefined ? encodeFields(allFields) : encodeUpload(allFields, file),
      onHead,
      signal,
      timeoutMs,
    });
    const answer = readAnswer(endpoint, response);
    const tokenRefused = !answer.succeeded && answer.errno === TOKEN_REFUSED;
    return { ...answer, clockCorrected: tokenRefused && clock.learn(response.date, unixSeconds) };
  };
}
