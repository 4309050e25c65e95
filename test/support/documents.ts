import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The text of a document, by its path from the top of the repository. */
export function readDocument(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The paths of files of the repository, from its top; what is generated or installed is left out. */
export async function filesLike(pattern: string | readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd: ROOT, exclude: isNotOurs })) paths.push(path);
  return paths.toSorted();
}

function isNotOurs(path: string): boolean {
  return /(?:^|\/)(?:node_modules|dist|data|\.git)$/.test(path);
}

/** The rows of all tables whose first column has this title, as lists of cells without their ticks. */
export function tablesOf(text: string, title: string): string[][] {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.startsWith(`| ${title} `))
    .flatMap((table) => table.trimEnd().split('\n').slice(2).map(cellsOf));
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));
}

/** The code blocks with this info string, in their order, as one text. */
export function blocksOf(text: string, info: string): string {
  const blocks = text.matchAll(/^```(.*)\n([^]*?)^```$/gm);
  return [...blocks].flatMap(([, given, code]) => (given === info ? [code] : [])).join('\n');
}

/** The text without its code blocks and its comments. */
export function proseOf(text: string): string {
  return text.replaceAll(/^```.*\n[^]*?^```$/gm, '').replaceAll(/<!--[^]*?-->/g, '');
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(text).matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let times = 1; anchors.has(anchor); times += 1) anchor = `${slug}-${times}`;
    anchors.add(anchor);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
