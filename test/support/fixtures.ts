import { openAsBlob } from 'node:fs';

/** A picture of `test/fixtures`, as a browser would send it. */
export function readFixture(name: string): Promise<Blob> {
  return openAsBlob(new URL(`../fixtures/${name}`, import.meta.url), { type: 'image/jpeg' });
}
