import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { EndedRequest, Route } from './events.ts';
import { roundedMs, traceOf } from './line-parts.ts';

/** Writes the line of a request. */
export type RequestLines = (request: EndedRequest) => void;

type Level = 'debug' | 'info' | 'warn';

/** What all requests of one kind have in common, already written into the log of that kind. */
interface Kind {
  readonly log: Pick<Logger, Level>;
  readonly level: Level;
  readonly sentence: string;
}

/** More than a gateway sees in a minute. A kind that is forgotten is written anew. */
const MAX_KINDS = 256;

/** Routes that machines request every few seconds, or that a page requests for its dozens of files. */
const FREQUENT_ROUTES: ReadonlySet<Route> = new Set(['health', 'ready', 'metrics', 'pages']);

/**
 * Writes one line per request. There are thousands a second and most are alike, so that what they have in common is
 * formatted once.
 */
export function createRequestLines(log: Pick<Logger, 'child'>): RequestLines {
  const kinds = new LRUCache<string, Kind>({ max: MAX_KINDS });

  function kindOf(request: EndedRequest): Kind {
    const { route, transport, status, operation } = request;
    const name = `${route} ${transport} ${status} ${operation?.code} ${operation?.name}`;
    const known = kinds.get(name);
    if (known !== undefined) return known;
    const kind = {
      log: log.child({
        route,
        transport,
        operation: operation?.type ?? null,
        fields: operation === null ? [] : [...operation.fields.keys()],
        code: operation?.code ?? null,
        status,
      }),
      level: levelOf(request),
      sentence: sentenceOf(request),
    };
    kinds.set(name, kind);
    return kind;
  }

  return (request) => {
    const { requestId, traceId, client } = request;
    const kind = kindOf(request);
    const durationMs = roundedMs(request.durationMs);
    const line = { requestId, ...traceOf(traceId), client, durationMs };
    kind.log[kind.level](line, kind.sentence);
  };
}

function levelOf({ route, status, operation }: EndedRequest): Level {
  if (operation?.code === 'INTERNAL_SERVER_ERROR') return 'warn';
  // While the gateway drains, 503 is the intended response.
  if (FREQUENT_ROUTES.has(route)) return 'debug';
  return status !== null && status >= 500 ? 'warn' : 'info';
}

function sentenceOf({ status, transport }: EndedRequest): string {
  if (transport === 'websocket') return 'An operation over WebSocket has ended';
  return status === null ? 'A client disconnected before its response' : 'A request was answered';
}
