import type { IncomingMessage } from 'node:http';
import { GRAPHQL_PATH } from './pipeline/graphql-endpoint.ts';
import { headFaultOf } from './admission/head-fault.ts';
import { MISDIRECTED, type HostCheck } from './admission/allowed-hosts.ts';
import { isAllowedOrigin } from './admission/origin.ts';
import type { ConnectionRefusal } from './transports/refuse-connection.ts';
import { pathOf, type Readiness } from './routes.ts';

export interface UpgradeRules {
  readonly isAllowedHost: HostCheck;
  readonly corsOrigins: readonly string[];
  readonly readiness: Readiness;
}

/** Why a request to be upgraded is refused, or null. */
export function refusalOf(request: IncomingMessage, rules: UpgradeRules): ConnectionRefusal | null {
  if (!rules.isAllowedHost(request)) return { status: 421, error: MISDIRECTED };
  const fault = headFaultOf(request);
  if (fault !== null) return { status: 400, error: fault };
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
