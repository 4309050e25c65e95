import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_PATH } from './graphql-endpoint.ts';
import { MISDIRECTED, type HostCheck } from './limits/allowed-hosts.ts';
import { isAllowedOrigin } from './origin.ts';
import { pathOf, type Readiness } from './routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Why a connection is not upgraded. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly error: string;
  /** The value of `Retry-After`, where it may be tried again. */
  readonly retryAfter?: string;
}

export interface UpgradeRules {
  readonly isAllowedHost: HostCheck;
  readonly corsOrigins: readonly string[];
  readonly readiness: Readiness;
}

/** Why a request to be upgraded is refused, or null. */
export function refusalOf(request: IncomingMessage, rules: UpgradeRules): UpgradeRefusal | null {
  if (!rules.isAllowedHost(request)) return { status: 421, error: MISDIRECTED };
  if (rules.readiness !== 'ready') return { status: 503, error: 'The gateway is being stopped.' };
  if (pathOf(request) !== GRAPHQL_PATH) {
    return { status: 404, error: `Nothing is here; GraphQL is at ${GRAPHQL_PATH}.` };
  }
  if (isAllowedOrigin(request, rules.corsOrigins)) return null;
  return {
    status: 403,
    error: 'Pages of other origins may not connect unless CORS_ORIGINS names them.',
  };
}

/** Answers in the place of the HTTP server, which has given the connection away, and ends it. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const { status, error, retryAfter } = refusal;
  // A client that is gone by now resets the connection; an error that nobody hears ends the process.
  socket.on('error', () => socket.destroy());
  const body = JSON.stringify({ error });
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
    ...Object.fromEntries(SECURITY_HEADERS),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}
