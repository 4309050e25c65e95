import { createSecret, type Secret } from '../common/secret.ts';

type Values = Readonly<Record<string, unknown>>;

/** RFC 6750, section 2.1. The scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^Bearer +(\S+)$/i;

/**
 * The API key or token in the headers of a request: `X-API-Key`, else `Authorization: Bearer`. `X-API-Key`
 * comes first, because a proxy in between may send an `Authorization` of its own.
 * @returns null if there is none.
 */
export function credentialOfHeaders(headers: Values): Secret | null {
  return credentialAmong(new Map(Object.entries(headers)), ['x-api-key']);
}

/**
 * The API key or token in the parameters that open a WebSocket: `X-API-Key` or `apiKey`, else `Authorization`
 * as in the header. The names are case-insensitive.
 * @returns null if there is none.
 */
export function credentialOfParameters(parameters: Values = {}): Secret | null {
  const named = Object.entries(parameters).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return credentialAmong(new Map(named), ['x-api-key', 'apikey']);
}

function credentialAmong(
  values: ReadonlyMap<string, unknown>,
  keyNames: readonly string[],
): Secret | null {
  const keys = keyNames.map((name) => textOf(values.get(name)));
  const token = BEARER.exec(textOf(values.get('authorization')))?.[1];
  const text = keys.find((key) => key !== '') ?? token;
  return text === undefined ? null : createSecret(text);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
