import { DatabaseError } from 'pg';
import { z } from 'zod';
import { ConfigError } from '../../../config/config.ts';
import { StoreUnavailableError } from '../store-unavailable-error.ts';
import { messageOf } from './faults.ts';

/** A database whose tables a newer gateway has made. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';

  constructor(version: number, known: number) {
    super(`its tables have version ${version}, and this one knows ${known}`);
  }
}

/**
 * Describes in one line why the database cannot be used and what to do. The line names the setting, and not
 * the password in it.
 */
export function describeOpenError(url: string, error: unknown): ConfigError {
  return new ConfigError(`DATABASE_URL ${placeOf(url)} ${describe(error)}`, { cause: error });
}

/** Codes of Node for a certificate that cannot be verified, or is another host's. */
const TLS_CODE = /^ERR_(?:TLS|SSL)_|CERT|VERIFY/;
const FILE_CODES = new Set(['ENOENT', 'EACCES', 'EISDIR']);

function describe(error: unknown): string {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  const message = messageOf(cause);
  if (cause instanceof NewerDatabaseError) {
    return `was written by a newer photo-gateway (${message}): start that version, or name another database`;
  }
  if (cause instanceof DatabaseError && cause.code?.startsWith('28')) {
    return `does not let the gateway in (${message}): correct the user, the password or the server's pg_hba.conf`;
  }
  if (cause instanceof DatabaseError && (cause.code === '42P01' || cause.code === '3F000')) {
    return `has no tables of a gateway (${message}): name the database that gateways have started on`;
  }
  if (cause instanceof DatabaseError && cause.code === '42501') {
    return `cannot be used (${message}): let the user own the database`;
  }
  if (TLS_CODE.test(codeOf(cause))) {
    return `cannot be used (${message}): correct the certificate of the server, or name its authority in sslrootcert`;
  }
  if (FILE_CODES.has(codeOf(cause))) {
    return `cannot be used (${message}): correct the files that it names`;
  }
  return `cannot be used (${message}): check that the server runs and that the address is right`;
}

const withCode = z.object({ code: z.string() });

/** The code of an error of Node itself; empty for any other. */
function codeOf(error: unknown): string {
  return withCode.safeParse(error).data?.code ?? '';
}

function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
