/** Where a restored picture is saved from. */
export interface DownloadAddress {
  readonly href: string;
  /** Whether a browser surely saves it; else it may show it, and must not leave the page for that. */
  readonly saves: boolean;
}

/**
 * The gateway's own archive hands a picture out to be saved where it is asked so. Addresses of others are
 * left as they are: a bucket's signature covers its whole query.
 */
export function downloadAddress(url: string): DownloadAddress {
  const address = new URL(url, document.baseURI);
  const isArchive = address.pathname.includes('/archive/') && address.searchParams.has('signature');
  if (isArchive) address.searchParams.set('download', '1');
  return { href: address.href, saves: isArchive || address.origin === window.location.origin };
}
