/**
 * Headers of every response that does not set its own, JSON above all. Browsers must not take the response
 * for another type, run it, frame it, or load it in a page of another origin except through CORS. No cache
 * may store it: a cache would give it to the next client.
 */
export const SECURITY_HEADERS: Map<string, string> = new Map([
  ['Cache-Control', 'private, no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
  // The same as `frame-ancestors`, for browsers that do not know that directive.
  ['X-Frame-Options', 'DENY'],
]);
