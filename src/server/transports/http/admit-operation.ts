import type { IncomingMessage } from 'node:http';
import { credentialOfHeaders } from '../../../access/credential.ts';
import { andThen, orElse, type Awaitable } from '../../../common/awaitable.ts';
import { GatewayError } from '../../../common/errors.ts';
import type { AdmittedClient, Authenticator } from '../../admission/authenticator.ts';
import { originOf } from '../../admission/host-names.ts';
import type { LoadGauge } from '../../admission/load-gauge.ts';
import { overloaded } from '../../admission/overloaded.ts';
import type { RequestLimits } from '../../admission/traffic/request-limits.ts';
import type { BodyAnswer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { refusalAnswer } from './refusal-answer.ts';
import { ticketOf } from './ticket-of.ts';

/** The client that sends an operation, or the response if the operation must not be read. */
export type Admission =
  | { readonly client: AdmittedClient; readonly answer: null }
  | { readonly client: null; readonly answer: BodyAnswer };

export type AdmitOperation = (exchange: Exchange) => Awaitable<Admission>;

export interface AdmitOperationOptions {
  readonly load: Pick<LoadGauge, 'overloaded'>;
  readonly limits: Pick<RequestLimits, 'operationOfAddress' | 'operationOfClient'>;
  readonly authenticator: Authenticator;
}

/**
 * Lets an operation over HTTP in, or rejects it before its body is read: 503 while the gateway is overloaded,
 * 429 `RATE_LIMITED` for an address over its limit, 401 `UNAUTHENTICATED` if authentication fails, and 429
 * for a client over its limit. Addresses are counted before authentication, so that guessing keys is limited.
 */
export function createAdmitOperation(options: AdmitOperationOptions): AdmitOperation {
  const { load, limits, authenticator } = options;

  function admitted(req: IncomingMessage, client: AdmittedClient): Admission {
    const tooMany = limits.operationOfClient(client.rateLimitKey);
    return tooMany === null ? { client, answer: null } : refused(req, tooMany, 429);
  }

  return ({ req, address }) => {
    if (load.overloaded) return refused(req, overloaded(), 503);
    const tooManyOfAddress = limits.operationOfAddress(address);
    if (tooManyOfAddress !== null) return refused(req, tooManyOfAddress, 429);
    const credential = credentialOfHeaders(req.headers);
    const ticket = credential === null ? ticketOf(req) : null;
    const sender = { address, origin: originOf(req) };
    const admit = () =>
      ticket === null
        ? authenticator.admit(sender, credential)
        : authenticator.admitTicket(sender, ticket);
    return orElse(
      () => andThen(admit(), (client) => admitted(req, client)),
      (error) => {
        if (!(error instanceof GatewayError)) throw error;
        const hasNone = credential === null && ticket === null;
        return refused(req, error, 401, { 'WWW-Authenticate': hasNone ? CHALLENGE : INVALID });
      },
    );
  };
}

/** RFC 6750, section 3: only a client that sent a credential is told that it is invalid. */
const CHALLENGE = 'Bearer';
const INVALID = 'Bearer error="invalid_token"';

function refused(
  { headers }: IncomingMessage,
  refusal: GatewayError,
  status: number,
  more: Readonly<Record<string, string>> = {},
): Admission {
  return { client: null, answer: refusalAnswer(refusal, headers, status, more) };
}
