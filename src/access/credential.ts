import { z } from 'zod';
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
  return credentialOf([headers['x-api-key']], headers['authorization']);
}

/**
 * The API key or token in the parameters that open a WebSocket: `X-API-Key` or `apiKey`, else `Authorization`
 * as in the header, else `authToken` or `token` without a scheme or with one. The parameters may hold all of
 * these in `headers` too, as clients that speak HTTP as well send them; what stands outside counts more. The
 * names are case-insensitive.
 * @returns null if there is none.
 */
export function credentialOfParameters(parameters: Values = {}): Secret | null {
  const named = byLowerCase(parameters);
  return credentialOfNamed(named) ?? credentialOfNamed(byLowerCase(valuesOf(named.get('headers'))));
}

type NamedValues = ReadonlyMap<string, unknown>;

function credentialOfNamed(named: NamedValues): Secret | null {
  const keys = [named.get('x-api-key'), named.get('apikey')];
  return credentialOf(keys, named.get('authorization')) ?? credentialOf(tokensOf(named), undefined);
}

/** Tokens under names that say so, where clients leave the scheme out or not. */
function tokensOf(named: NamedValues): readonly string[] {
  return ['authtoken', 'token'].map((name) => {
    const text = textOf(named.get(name));
    return BEARER.exec(text)?.[1] ?? text;
  });
}

function byLowerCase(values: Values): NamedValues {
  return new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
}

function valuesOf(value: unknown): Values {
  return z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
}

function credentialOf(keys: readonly unknown[], authorization: unknown): Secret | null {
  const key = keys.map(textOf).find((text) => text !== '');
  const text = key ?? BEARER.exec(textOf(authorization))?.[1];
  return text === undefined ? null : createSecret(text);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
