/** What precedes the paths of a gateway that clients reach at `publicUrl`: an origin, and maybe a path prefix. */
export function publicOrigin(publicUrl: URL): string {
  return publicUrl.href.replace(/\/$/, '');
}
