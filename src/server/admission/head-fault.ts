import type { IncomingMessage } from 'node:http';
import { hostNameOf } from './allowed-hosts.ts';

/** As origins are asked (RFC 9112, section 3.2.1), and not such that a parser of addresses finds a host in it. */
const ORIGIN_FORM = /^\/(?!\/)[!-~]*$/;

/**
 * What is wrong with the head of a request, as a sentence that says what to send instead; null where nothing is.
 * Asked before anything is made of it: what parses an address throws at half of these.
 */
export function headFaultOf({ url = '', headers, rawHeaders, httpVersion }: IncomingMessage) {
  const { host } = headers;
  if (host === undefined) return httpVersion === '1.0' ? targetFaultOf(url) : NO_HOST;
  // Where any name will do, so does none.
  if ((host !== '' && hostNameOf(host) === null) || hasTwoHosts(rawHeaders)) return NO_HOST;
  return targetFaultOf(url);
}

const NO_HOST = 'The header Host is malformed: send one, with a host and its port.';

/** Node keeps the first of them, a proxy on the way may have gone by the second. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
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
