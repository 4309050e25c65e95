import { randomBytes } from 'node:crypto';
import type { Access } from './access.ts';

const nothing = { [Symbol.dispose]: () => undefined };

const session = {
  holder: null,
  client: () => ({ name: 'everybody', uploadsPerDay: null }),
  onEnd: () => nothing,
} as const;

/** `AUTH=open`: no authentication. All requests belong to one client, and credentials are ignored, and so is what a ticket says. */
export const everybody: Access = {
  admit: () => session,
  // So that a page need not know whether the gateway is open.
  issueTicket: () =>
    Promise.resolve({
      token: randomBytes(32).toString('base64url'),
      expiresAt: new Date(Date.now() + 60_000),
    }),
  admitTicket: () => Promise.resolve(session),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
