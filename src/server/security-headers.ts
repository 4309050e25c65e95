/**
 * On every answer that brings none of its own, JSON above all: it is never taken for anything else, nor run,
 * framed, or loaded by a page of another origin other than through CORS.
 */
export const SECURITY_HEADERS: Map<string, string> = new Map([
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
  // What `frame-ancestors` says, to browsers that do not know it.
  ['X-Frame-Options', 'DENY'],
]);
