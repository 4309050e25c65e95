import { bounded } from '../common/bounded.ts';
import { chargedBy, GatewayError } from '../common/errors.ts';
import { invalidResponse, takeResult } from './answer.ts';
import type { Circuit } from './circuit.ts';
import { uploadEndpoint } from './endpoints.ts';
import type { Exchange, ExchangeResult } from './exchange.ts';
import type { ObserveCall } from './observe-call.ts';
import type { ProviderUpload, UploadedPhoto } from './provider.ts';
import { REPAIR_TYPES } from './repair-type.ts';
import { noAnswerInTime } from './transport-error.ts';
import { createUploadSource } from './upload-source.ts';

export interface UploadCallOptions {
  readonly exchange: Exchange;
  readonly circuit: Circuit;
  readonly observeCall: ObserveCall;
  /** Time limit of one upload in total. */
  readonly timeoutMs: number;
  /** Longest time in which the provider takes no byte while there are bytes to send. */
  readonly stallTimeoutMs: number;
  /** Ends every upload. */
  readonly closing: AbortSignal;
}

/** Creates the only call that costs money. It is sent once, never repeated. See `Provider.upload`. */
export function createUploadCall(options: UploadCallOptions) {
  const { exchange, circuit, observeCall, timeoutMs, stallTimeoutMs, closing } = options;

  return async function upload(
    { bytes, fileName, mediaType, repairType, background }: ProviderUpload,
    signal?: AbortSignal,
  ): Promise<UploadedPhoto> {
    const source = createUploadSource({ bytes, stallTimeoutMs });
    const fields = {
      repair_type: REPAIR_TYPES[repairType],
      ...(background === null ? {} : { rgb: toDecimalRgb(background) }),
    };
    const file = { fileName, mediaType, between: source.between };
    let accepting = false;
    const onHead = (statusCode: number) => void (accepting = statusCode < 300);

    // The circuit must count the provider's silence, but not a client's failure or slowness. So there
    // are two bounds: this one inside the circuit, and another around it.
    function send(outer: AbortSignal) {
      return bounded<ExchangeResult>({ signals: [outer, source.stalled] }, (inner) =>
        exchange({ endpoint: uploadEndpoint, fields, file, onHead, signal: inner }),
      );
    }

    try {
      const answer = await bounded<ExchangeResult>(
        { signals: [signal, closing, source.failed], timeoutMs, timeoutError: noAnswerInTime },
        (outer) => circuit.run(outer, () => observeCall(uploadEndpoint, () => send(outer))),
      );
      return takeResult(uploadEndpoint, answer);
    } catch (error) {
      const told = chargedBy(error) !== undefined && !source.failed.aborted;
      throw told || (!accepting && !isUnreadable(error)) ? error : cutAnswer(error);
    } finally {
      source.end();
    }
  };
}

/** Whether an answer came whose head could not even be read. */
function isUnreadable(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'UPSTREAM_INVALID_RESPONSE';
}

/**
 * The error for an answer that began like a success and broke off, whether or not the whole picture was
 * sent. The provider may have charged by then, whatever broke the answer off.
 */
function cutAnswer(cause: unknown): GatewayError {
  if (!(cause instanceof GatewayError)) return invalidResponse({ cause, charged: null });
  const { code, message, errno } = cause;
  return new GatewayError(code, message, { cause: cause.cause ?? cause, errno, charged: null });
}

/** `#rrggbb` as the provider writes it: `r,g,b`. */
function toDecimalRgb(colour: string): string {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16)).join(',');
}
