import { createSecret } from '../common/secret.ts';
import { textWithout } from './setting-forms.ts';
import { ConfigError } from './config-error.ts';

/** What may follow the "?". Anything else could change what the gateway itself asks of its connections. */
const PARAMETERS = new Set(['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'uselibpqcompat']);

/** What the client knows. It would take any other for one that checks the certificate. */
const MODES = new Set(['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']);

/** The address of a PostgreSQL database. It contains a password, so no message shows it. */
export const databaseUrl = textWithout(faultOfDatabaseUrl).transform(createSecret);

function faultOfDatabaseUrl(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === '') {
    return 'must be the address of a database such as postgres://user:secret@host/name';
  }
  if (/[\s#]/.test(text)) return 'must be one address, without spaces and without "#"';
  if (!/^\/[^/]+$/.test(url.pathname)) {
    return 'must name one database after the host, as in postgres://user:secret@host/name';
  }
  if (url.username === '') return 'must name a user, as in postgres://user:secret@host/name';
  if (!decodes(url.username + url.password + url.pathname)) return 'has a "%" that encodes nothing';
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined)
    return `has a parameter that is not supported: only ${[...PARAMETERS].join(', ')} are`;
  const mode = url.searchParams.get('sslmode');
  return mode === null || MODES.has(mode)
    ? null
    : `has an sslmode that is not supported: only ${[...MODES].join(', ')} are`;
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The password of a database address, for the log to hide; null if it has none. */
export function passwordOf(url: string): string | null {
  const { password } = new URL(url);
  return password === '' ? null : decodeURIComponent(password);
}

/**
 * The DATABASE_URL of a command; null if it is not set.
 * @throws ConfigError if it is malformed.
 */
export function databaseUrlOf(env: Readonly<Record<string, string | undefined>>): string | null {
  const text = env['DATABASE_URL']?.trim() ?? '';
  if (text === '') return null;
  const parsed = databaseUrl.safeParse(text);
  if (parsed.success) return parsed.data.reveal();
  throw new ConfigError(`DATABASE_URL ${parsed.error.issues[0]?.message ?? 'is malformed'}`);
}
