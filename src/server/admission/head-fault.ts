import type { IncomingMessage } from 'node:http';
import { hostNameOf } from './host-names.ts';

/**
 * The origin form of a request target (RFC 9112, section 3.2.1). `//host` is excluded: a URL parser would
 * read a host from it.
 */
const ORIGIN_FORM = /^\/(?!\/)[!-~]*$/;

/**
 * Describes what is wrong with the head of a request, in a sentence that says what to send instead. Null if
 * nothing is wrong. Check it before anything parses the address: URL parsers throw on about half of these
 * faults.
 */
export function headFaultOf({ url = '', headers, rawHeaders, httpVersion }: IncomingMessage) {
  const { host } = headers;
  if (host === undefined) return httpVersion === '1.0' ? targetFaultOf(url) : NO_HOST;
  // An empty Host gets this far only if the gateway accepts any host.
  if ((host !== '' && hostNameOf(host) === null) || hasTwoHosts(rawHeaders)) return NO_HOST;
  return targetFaultOf(url);
}

const NO_HOST = 'The header Host is malformed: send one, with a host and its port.';

/** Node keeps the first Host header; a proxy in between may have used the second. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

function targetFaultOf(url: string): string | null {
  if (!ORIGIN_FORM.test(url)) return 'The address is malformed: ask for a path, such as /graphql.';
  if (!url.includes('%') || isPercentEncoded(url)) return null;
  return 'The address is malformed: encode it in UTF-8, and each % in it as %25.';
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
