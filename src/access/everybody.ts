import { randomBytes } from 'node:crypto';
import type { AccessWithWebhooks } from './access.ts';

const nothing = { [Symbol.dispose]: () => undefined };

const none = new Map<string, never>();

const session = {
  holder: null,
  client: () => ({ name: 'everybody', uploadsPerDay: null }),
  onEnd: () => nothing,
} as const;

/** `AUTH=open`: no authentication. All requests belong to one client, and credentials are ignored, and so is what a ticket says. */
export const everybody: AccessWithWebhooks = {
  admit: () => session,
  // So that a page need not know whether the gateway is open.
  issueTicket: () =>
    Promise.resolve({
      token: randomBytes(32).toString('base64url'),
      expiresAt: new Date(Date.now() + 60_000),
    }),
  admitTicket: () => Promise.resolve(session),
  webhooks: () => none,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
