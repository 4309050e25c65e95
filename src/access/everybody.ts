import type { Access } from './access.ts';

const session = {
  client: () => ({ name: 'everybody', uploadsPerDay: null }),
  onEnd: () => ({ [Symbol.dispose]: () => undefined }),
} as const;

/** `AUTH=open`: nobody is asked who they are, all are one client, and what they send is not looked at. */
export const everybody: Access = {
  admit: () => Promise.resolve(session),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
