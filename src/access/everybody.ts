import type { Access } from './access.ts';

const session = {
  client: () => ({ name: 'everybody', uploadsPerDay: null }),
  onEnd: () => ({ [Symbol.dispose]: () => undefined }),
} as const;

/** `AUTH=open`: no authentication. All requests belong to one client, and credentials are ignored. */
export const everybody: Access = {
  admit: () => Promise.resolve(session),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
