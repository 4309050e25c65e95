import type { AccessWithWebhooks } from './access.ts';

const nothing = { [Symbol.dispose]: () => undefined };

const none = new Map<string, never>();

const session = {
  client: () => ({ name: 'everybody', uploadsPerDay: null }),
  onEnd: () => nothing,
} as const;

/** `AUTH=open`: no authentication. All requests belong to one client, and credentials are ignored. */
export const everybody: AccessWithWebhooks = {
  admit: () => Promise.resolve(session),
  webhooks: () => none,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
