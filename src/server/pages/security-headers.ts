/**
 * On every answer that brings none of its own, JSON above all: it is never taken for anything else, nor run,
 * framed, or loaded by a page of another origin other than through CORS; and no cache on the way keeps it, which
 * would give it to whoever asks next.
 */
export const SECURITY_HEADERS: Map<string, string> = new Map([
  ['Cache-Control', 'private, no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
  // What `frame-ancestors` says, to browsers that do not know it.
  ['X-Frame-Options', 'DENY'],
]);
