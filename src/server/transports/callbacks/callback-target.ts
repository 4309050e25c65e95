import { z } from 'zod';
import { GatewayError } from '../../../common/errors.ts';
import { createSecret, type Secret } from '../../../common/secret.ts';

/** Where the results of one subscription go, as the router says in `extensions.subscription`. */
export interface CallbackTarget {
  readonly origin: string;
  readonly path: string;
  /** The router's name for the subscription. */
  readonly id: string;
  /** By what the router knows that a call is from here. */
  readonly verifier: Secret;
  /** The longest time between two signs of life, in milliseconds. Null if the router wants none. */
  readonly heartbeatMs: number | null;
}

/**
 * Reads the extension `subscription` of a request.
 * @throws `BAD_USER_INPUT` if it is malformed, `FORBIDDEN` if the gateway may not call its address.
 */
export type ReadTarget = (extension: unknown) => CallbackTarget;

export interface ReadTargetOptions {
  /** The addresses below which the gateway may call. */
  readonly urls: readonly URL[];
  /** The shortest heartbeat interval that a router may ask for, in milliseconds. */
  readonly minHeartbeatMs: number;
}

/** What routers send by default. */
const DEFAULT_HEARTBEAT_MS = 5000;
/** A day. Longer than any subscription lasts. */
const MAX_HEARTBEAT_MS = 86_400_000;

const extensionSchema = z.object({
  callbackUrl: z.string().max(2048),
  subscriptionId: z.string().min(1).max(256),
  verifier: z.string().min(1).max(1024),
  heartbeatIntervalMs: z.int().min(0).max(MAX_HEARTBEAT_MS).default(DEFAULT_HEARTBEAT_MS),
});

export function createReadTarget({ urls, minHeartbeatMs }: ReadTargetOptions): ReadTarget {
  const bases = urls.map(({ origin, pathname }) => ({
    origin,
    folder: pathname.replace(/\/$/, ''),
  }));

  return (extension) => {
    const parsed = extensionSchema.safeParse(extension);
    if (!parsed.success) throw malformed(EXPECTED);
    const { callbackUrl, subscriptionId, verifier, heartbeatIntervalMs } = parsed.data;
    if (heartbeatIntervalMs > 0 && heartbeatIntervalMs < minHeartbeatMs) {
      throw malformed(`heartbeatIntervalMs is at least ${minHeartbeatMs}, or 0 for no heartbeats.`);
    }
    const url = URL.parse(callbackUrl);
    const base = url && bases.find((each) => isBelow(url, each));
    if (url === null || !base) throw notListed();
    return {
      // One text for all targets: there are thousands.
      origin: base.origin,
      path: url.pathname,
      id: subscriptionId,
      verifier: createSecret(verifier),
      heartbeatMs: heartbeatIntervalMs === 0 ? null : heartbeatIntervalMs,
    };
  };
}

interface Base {
  readonly origin: string;
  /** The path without a slash at its end. */
  readonly folder: string;
}

/**
 * Whether `url` is the base, or a path below it. What the receiver could read as another path, such as an
 * encoded slash, is refused.
 */
function isBelow({ href, pathname }: URL, { origin, folder }: Base): boolean {
  if (href !== `${origin}${pathname}`) return false;
  if (!/^[\w./~:@!$&'()*+,;=-]*$/.test(pathname)) return false;
  return pathname === folder || pathname.startsWith(`${folder}/`);
}

const EXPECTED =
  'extensions.subscription is { callbackUrl, subscriptionId, verifier, heartbeatIntervalMs }, as the HTTP callback protocol has it.';

function malformed(message: string) {
  return new GatewayError('BAD_USER_INPUT', message);
}

function notListed() {
  return new GatewayError(
    'FORBIDDEN',
    'The gateway may not call this callbackUrl: it must be below an address of CALLBACK_URLS, without a query.',
  );
}
