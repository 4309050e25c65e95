import { excerptOfAddress } from './excerpt.ts';

/**
 * Where an answer sends its caller, for a person to read: neither query nor credentials.
 * @param location the header as it came, which may be relative to `base`. Undefined where it is no web address.
 */
export function redirectTarget(location: string, base: URL): string | undefined {
  const target = URL.parse(location, base);
  if (target === null || !/^https?:$/.test(target.protocol)) return undefined;
  return excerptOfAddress(`${target.protocol}//${target.host}${target.pathname}`);
}
