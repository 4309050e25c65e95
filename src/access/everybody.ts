import type { Access } from './access.ts';

const nothing = { [Symbol.dispose]: () => undefined };

const session = {
  client: () => ({ name: 'everybody', uploadsPerDay: null }),
  onEnd: () => nothing,
} as const;

/** `AUTH=open`: no authentication. All requests belong to one client, and credentials are ignored. */
export const everybody: Access = {
  admit: () => session,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
