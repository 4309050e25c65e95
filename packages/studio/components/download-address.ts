/** The address from which a restored picture is saved. */
export interface DownloadAddress {
  readonly href: string;
  /**
   * Whether the browser certainly saves it. Otherwise it may show it, and must not leave the page
   * for that.
   */
  readonly saves: boolean;
}

/**
 * Asks the gateway's own archive to serve the picture as a download, if the page is of another
 * origin. Other addresses stay unchanged: a bucket's signature covers its whole query.
 */
export function downloadAddress(url: string): DownloadAddress {
  const address = new URL(url, document.baseURI);
  // A browser takes the name of the file from the page, unless the response names an attachment.
  if (address.origin === window.location.origin) return { href: address.href, saves: true };
  const isArchive = address.pathname.includes('/archive/') && address.searchParams.has('signature');
  if (isArchive) address.searchParams.set('download', '1');
  return { href: address.href, saves: isArchive };
}
