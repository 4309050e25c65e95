import type { IncomingMessage } from 'node:http';
import { ARCHIVE_PATH } from '../../../photos/archive/own-addresses.ts';
import type { Route } from '../../../telemetry/events.ts';
import { pathOf } from '../../paths.ts';

const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/', 'pages'],
  ['/graphql', 'graphql'],
  ['/health', 'health'],
  ['/ready', 'ready'],
  ['/metrics', 'metrics'],
]);

/** The route of a request, by its name in the log and in the metrics. */
export function routeOf(req: IncomingMessage): Route {
  const path = pathOf(req);
  if (path.startsWith(ARCHIVE_PATH)) return 'archive';
  if (path.startsWith('/explorer/') || path.startsWith('/studio/')) return 'pages';
  return ROUTES.get(path) ?? 'other';
}
