import { excerptOfAddress } from './excerpt.ts';

/**
 * The target of a redirect, for a person to read, without query and credentials. Undefined if it is no
 * web address.
 * @param location the header as received, which may be relative to `base`.
 */
export function redirectTarget(location: string, base: URL): string | undefined {
  const target = URL.parse(location, base);
  if (target === null || !/^https?:$/.test(target.protocol)) return undefined;
  return excerptOfAddress(`${target.protocol}//${target.host}${target.pathname}`);
}
