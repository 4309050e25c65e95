import { writeFile } from 'node:fs/promises';

/** Streams the content of `url` into a file. A page uses `<a href="…" download>` instead. */
export async function save(url: string, path: string): Promise<void> {
  const { ok, status, body } = await fetch(url);
  if (!ok || !body) throw new Error(`${url} answered ${status}`);
  await writeFile(path, body);
}
