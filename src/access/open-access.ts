import { andThen, type Awaitable } from '../common/awaitable.ts';
import type { Log } from '../common/log.ts';
import type { Secret } from '../common/secret.ts';
import type { AccessWithWebhooks, AuthSession } from './access.ts';
import { everybody } from './everybody.ts';
import { parseKeyFile, readKeyFile } from './key-file.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { notAccepted, nothingSent, ticketNotAccepted } from './refusals.ts';
import { createTickets, type Holder, type Ticket, type TicketsOptions } from './tickets.ts';
import type { Tokens, TokensOptions } from './tokens.ts';
import { watchKeyFile } from './watch-key-file.ts';

export interface OpenAccessOptions {
  /** Whether clients must authenticate, or everyone may use the gateway. */
  readonly mode: 'open' | 'required';
  /** The path of the file of API keys; null if there is none. */
  readonly keysFile: string | null;
  /** The issuer whose tokens are accepted; null for none. */
  readonly tokens: Omit<TokensOptions, 'log'> | null;
  readonly tickets: TicketsOptions;
  /** The time between two reads of the keys file, in milliseconds. @default 1000 */
  readonly lookIntervalMs?: number;
  readonly log: Log;
}

/**
 * Sets up authentication.
 * @throws UnusableKeyFile if the keys file cannot be read or is malformed.
 */
export async function openAccess(options: OpenAccessOptions): Promise<AccessWithWebhooks> {
  const { mode, keysFile, tokens: tokenOptions, log } = options;
  if (mode === 'open') return everybody;
  await using opened = new AsyncDisposableStack();
  const keys = keysFile === null ? null : await openKeys(keysFile, options, opened);
  const tickets = createTickets(options.tickets);
  const tokens = tokenOptions && opened.use(await openTokens({ ...tokenOptions, log }));

  function admit(credential: Secret | null): Awaitable<AuthSession> {
    if (credential === null) throw nothingSent();
    const text = credential.reveal();
    const session = tokens && isToken(text) ? tokens.admit(text) : keys?.admit(text);
    return andThen(session ?? null, accepted);
  }

  async function issueTicket(session: AuthSession): Promise<Ticket> {
    session.client();
    // Only a session of `everybody` has no holder.
    if (session.holder === null) throw notAccepted();
    return tickets.issue(session.holder);
  }

  async function admitTicket(ticket: Secret): Promise<AuthSession> {
    const holder = await tickets.holderOf(ticket.reveal());
    const session = holder && sessionOf(holder);
    if (!session) throw ticketNotAccepted();
    return session;
  }

  function sessionOf(holder: Holder): AuthSession | null | undefined {
    return 'keyHash' in holder ? keys?.admitHash(holder.keyHash) : tokens?.admitHolder(holder);
  }

  const running = opened.move();
  return {
    admit,
    issueTicket,
    admitTicket,
    webhooks: () => keys?.webhooks() ?? new Map(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** @throws `UNAUTHENTICATED` if there is none. */
function accepted(session: AuthSession | null): AuthSession {
  if (session === null) throw notAccepted();
  return session;
}

/** Only gateways that accept tokens load the library for them. */
async function openTokens(options: TokensOptions): Promise<Tokens> {
  const { createTokens } = await import('./tokens.ts');
  return createTokens(options);
}

async function openKeys(
  path: string,
  { lookIntervalMs = 1000, log }: OpenAccessOptions,
  opened: AsyncDisposableStack,
): Promise<KeyRing> {
  const text = await readKeyFile(path);
  const keys = createKeyRing(parseKeyFile(path, text));
  opened.use(
    watchKeyFile({
      path,
      text,
      take: (file) => keys.replace(file),
      intervalMs: lookIntervalMs,
      log,
    }),
  );
  return keys;
}

/**
 * A signed JSON Web Token has three parts (RFC 7515, section 3.1). The gateway's own API keys contain no dot.
 */
function isToken(text: string): boolean {
  return text.split('.').length === 3;
}
