import { writeFile } from 'node:fs/promises';

/** Streams what is at `url` into a file. A page has `<a href="…" download>` for it. */
export async function save(url: string, path: string): Promise<void> {
  const { ok, status, body } = await fetch(url);
  if (!ok || !body) throw new Error(`${url} answered ${status}`);
  await writeFile(path, body);
}
