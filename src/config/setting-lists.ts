import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { getDomain } from 'tldts';
import { z } from 'zod';
import { quoted } from './raw-settings.ts';
import { faultOfBaseUrl, faultOfPath } from './setting-forms.ts';

/**
 * A list of items separated by commas, without duplicates and without white space around the items.
 * @param faultOf returns what is wrong with an item, as text that follows the setting's name; null for
 * nothing.
 */
const listOf = (faultOf: (item: string) => string | null, form = (item: string) => item) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => form(item.trim())))
    .check((context) => {
      const { value: items } = context;
      const fault = items.map((item) =>
        item === '' ? 'has an empty item: a comma too many' : faultOf(item),
      );
      const message = fault.find((text) => text !== null);
      if (message !== undefined) context.issues.push({ code: 'custom', message, input: items });
    })
    .transform((items) => [...new Set(items)]);

const lowerCase = (item: string) => item.toLowerCase();

const ORIGINS = 'must be origins such as https://app.example.com, separated by commas';

/** Origins of pages, as browsers send them. */
export const origins = listOf((item) => {
  if (item === '*') return `${ORIGINS}: "*" would let in every page, and is not supported`;
  const url = URL.parse(item);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== '') {
    return item.includes('@') ? ORIGINS : `${ORIGINS}, but one is ${quoted(item)}`;
  }
  if (item.includes('*')) return `${ORIGINS}: "*" is not supported in ${quoted(item)}`;
  return url.origin === item ? null : `contains ${quoted(item)}: write ${url.origin}`;
}).default([]);

const HOSTS = 'must be host names such as photo.example.com, separated by commas';

/** Host names or addresses, without a port. */
export const hosts = listOf(faultOfHostName, lowerCase);

/** Host names, and `*.example.com` for all names below a domain that one owner has registered. */
export const hostPatterns = listOf((item) => {
  if (!item.startsWith('*.')) return faultOfHostName(item);
  const domain = item.slice(2);
  const fault = faultOfHostName(domain);
  if (fault !== null) return fault;
  if (getDomain(domain, { allowPrivateDomains: true }) !== null) return null;
  return `contains ${quoted(item)}, where anybody can register a name: list the names, or put *. before a domain of one owner`;
}, lowerCase);

function faultOfHostName(item: string): string | null {
  if (item.includes('*')) return `${HOSTS}: ${quoted(item)} is not supported`;
  const form = isIPv6(item) ? `[${item}]` : item;
  const url = URL.parse(item.includes('://') ? item : `http://${form}`);
  if (url === null || url.username + url.password !== '') {
    return item.includes('@') ? HOSTS : `${HOSTS}, but one is ${quoted(item)}`;
  }
  return url.hostname === item
    ? null
    : `${HOSTS}: write ${url.hostname || 'a name'} for ${quoted(item)}`;
}

const RANGES = 'must be addresses or ranges such as 10.0.0.0/8, separated by commas';

/**
 * Addresses and CIDR ranges. A range that is a large part of the network is refused: it would trust every
 * X-Forwarded-For, and so would two halves.
 */
export const addressRanges = listOf((item) => {
  if (ipaddr.IPv4.isValidFourPartDecimal(item) || ipaddr.IPv6.isValid(item)) return null;
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(item) && !ipaddr.IPv6.isValidCIDR(item)) {
    return `${RANGES}, but one is ${quoted(item)}`;
  }
  if (!isTooWide(item)) return null;
  return `must be ranges of your own network, no wider than /8 in IPv4 and /16 in IPv6: ${quoted(item)} is too wide`;
});

const FIRST_MAPPED = ipaddr.IPv6.parse('::ffff:0:0');

function isTooWide(range: string): boolean {
  const [address, bits] = ipaddr.parseCIDR(range);
  if (address instanceof ipaddr.IPv4) return bits < 8;
  // IPv4 as a part of IPv6.
  if (address.isIPv4MappedAddress() && bits >= 96) return bits < 104;
  return bits < 16 || FIRST_MAPPED.match(address, bits);
}

/**
 * Headers that browsers or proxies send on their own, or that any page may send without a preflight request.
 */
const AUTOMATIC_HEADERS =
  /^(?:accept|access-control|content|proxy|sec|x-forwarded|x-real|if)-.*|^(?:accept|authorization|cache-control|connection|cookie2?|date|dnt|downlink|dpr|device-memory|ect|expect|forwarded|from|host|keep-alive|origin|pragma|priority|range|referer|rtt|save-data|te|trailer|transfer-encoding|upgrade(?:-.*)?|user-agent|via|viewport-width|width|x-request-id)$/;

/** The grammar of header names allows a star, but no real header has one: it is meant as a wildcard. */
const HEADER_NAME = /^[\w!#$%&'+.^`|~-]+$/;

export const preflightHeaders = listOf((item) => {
  if (HEADER_NAME.test(item) && !AUTOMATIC_HEADERS.test(item)) return null;
  return `must be names of headers that no browser and no proxy sends by itself, separated by commas, but one is ${quoted(item)}`;
}, lowerCase);

export const paths = listOf(faultOfPath);

/** Addresses below which the gateway may call. */
export const baseUrls = listOf(faultOfBaseUrl).transform((items) =>
  items.map((item) => new URL(item)),
);
