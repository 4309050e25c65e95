import { createBuiltPage, type Page } from './built-page.ts';

/**
 * A photo is shown from a `blob:` before it is sent, and restored from the archive or from the provider's
 * host, whichever that is. Everything else comes from here, and no script can make markup of a text.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

/**
 * The page on which people restore photos.
 *
 * @throws Error where it was not built.
 */
export function createStudio({ directory }: { readonly directory: URL }): Page {
  return createBuiltPage({
    name: 'studio',
    directory,
    contentSecurityPolicy,
    isAskedFor: ({ url = '' }) => /^\/(?:\?|$)/.test(url),
  });
}
