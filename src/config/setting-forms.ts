import { isIP } from 'node:net';
import { z } from 'zod';
import { createSecret } from '../common/secret.ts';
import { faultOfWebhookSecret } from '../common/webhook-secret.ts';
import { quoted } from './raw-settings.ts';

/**
 * A text that `faultOf` accepts. `faultOf` returns what is wrong, as text that follows the setting's name, or
 * null for nothing.
 */
export const textWithout = (faultOf: (text: string) => string | null) =>
  z.string().check((context) => {
    const message = faultOf(context.value);
    if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
  });

export const wholeNumber = ({ min, max }: { min: number; max: number }) =>
  textWithout((text) =>
    /^\d+$/.test(text) ? null : `must be a whole number, but is ${quoted(text)}`,
  )
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

export const integer = (defaultValue: number, bounds: { min: number; max: number }) =>
  wholeNumber(bounds).default(defaultValue);

/** The longest delay of a timer. For a longer one Node's timers fire immediately. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const milliseconds = (defaultValue: number) =>
  integer(defaultValue, { min: 1, max: LONGEST_TIMER_MS });

/** An address to fetch. A query in it is allowed. */
export const httpUrl = textWithout(faultOfUrl).transform((text) => new URL(text));

/** A base address, to which paths are added. */
export const baseUrl = textWithout(faultOfBaseUrl).transform((text) => new URL(text));

/** The provider's base address, to which the paths of docs/provider-api.md are added. */
export const providerUrl = textWithout((text) => {
  const fault = faultOfBaseUrl(text);
  if (fault !== null) return fault;
  const path = /\/api\/third\/[^?#]*$/i.exec(text)?.[0];
  return path === undefined
    ? null
    : `must be the provider's base address: leave out ${quoted(path)}, which the gateway adds by itself`;
}).transform((text) => new URL(text));

export function faultOfBaseUrl(text: string): string | null {
  const fault = faultOfUrl(text);
  if (fault !== null) return fault;
  return /[?]/.test(text)
    ? 'must be an address without a query: leave out what begins with "?"'
    : null;
}

function faultOfUrl(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // The value may contain a password, so it is not shown.
    const what = text.includes('@') ? '' : `, but is ${quoted(text)}`;
    return `must be an http or https address such as https://photo.example.com${what}`;
  }
  if (url.username + url.password !== '') return 'must not contain credentials';
  if (/\s/.test(text)) return 'must be one address, without spaces';
  if (text.includes('#'))
    return 'must be an address without a fragment: leave out what begins with "#"';
  if (url.hostname.includes('*')) return 'must name one host: "*" is not supported';
  if (url.port === '0') return 'must name a port other than 0';
  if (url.pathname.startsWith('//')) return `must be one address, but is ${quoted(text)}`;
  return null;
}

/** A value that is compared exactly: white space in it would be an invisible mistake. */
export const code = textWithout((text) => (/\s/.test(text) ? 'must not contain spaces' : null));

/** Any text; a passphrase may have spaces in it. */
export const secret = z.string().transform(createSecret);

/** Secrets that sign webhooks, separated by spaces. */
export const webhookSecrets = textWithout((text) => {
  const secrets = text.split(/ +/);
  const fault = secrets.map(faultOfWebhookSecret).find((message) => message !== null);
  return fault ?? (secrets.length > 5 ? 'must be at most 5 secrets' : null);
}).transform((text) => text.split(/ +/).map(createSecret));

/** The path of a file or a folder. */
export const path = textWithout(faultOfPath);

export function faultOfPath(text: string): string | null {
  if (text.startsWith('~')) return 'must be a path without "~", which only a shell expands';
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) {
    return `must be a path, but is the address ${text.includes('@') ? 'of something' : quoted(text)}`;
  }
  return null;
}

/** An address or name to listen on, as the system accepts it. */
export const host = textWithout(faultOfHost).transform(canonicalHost);

function faultOfHost(text: string): string | null {
  if (isIP(unbracketed(text)) !== 0) return null;
  if (text === '*') return 'must be an address: 0.0.0.0 for all of IPv4, :: for IPv6 too';
  if (/^(?:[\w-]+\.)*[\w-]+\.?$/.test(text)) return null;
  if (/^(?:\[.*\]|[^:]*):\d+$/.test(text)) {
    return `must be an address or a name without a port, which goes into PORT, but is ${quoted(text)}`;
  }
  return `must be an address or a name such as 127.0.0.1, but is ${text.includes('@') ? 'neither' : quoted(text)}`;
}

function unbracketed(text: string): string {
  return text.replace(/^\[(.*)\]$/, '$1');
}

/** Writes an IPv6 address in its shortest form, so that `0:0::1` is recognized as loopback. */
function canonicalHost(text: string): string {
  const bare = unbracketed(text).toLowerCase();
  if (isIP(bare) !== 6) return bare;
  return unbracketed(URL.parse(`http://[${bare}]`)?.hostname ?? bare);
}
