import { hash } from 'node:crypto';

/** The account of every benchmark. */
export const account = { thirdCode: 'bench', secretKey: 'bench-secret' } as const;

/** A token of this account (docs/provider-api.md, "Token"), made now. */
export function createToken(): string {
  const seconds = Math.floor(Date.now() / 1000);
  return `${hash('md5', `${account.secretKey}${seconds}`)},${seconds}`;
}

/** Whether this is a token of this account, of whatever time. */
export function isToken(token: string | undefined): boolean {
  const [digest, seconds] = token?.split(',') ?? [];
  return digest === hash('md5', `${account.secretKey}${seconds}`);
}
