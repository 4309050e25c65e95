import { createBuiltPage, type Page } from './built-page.ts';

/**
 * A photo is shown from a `blob:` URL before it is sent. A restored one comes from the archive or from any
 * host that the provider uses. Everything else comes from this origin, and no script can turn text into
 * markup.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "img-src 'self' blob: http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // The one script address that the page itself makes is that of its service worker.
  'trusted-types service-worker',
];

/**
 * The studio, the page on which people restore photos.
 *
 * @throws Error if it was not built.
 */
export function createStudio({ directory }: { readonly directory: URL }): Page {
  return createBuiltPage({
    name: 'studio',
    directory,
    contentSecurityPolicy,
    isAskedFor: ({ url = '' }) => /^\/(?:\?|$)/.test(url),
  });
}
