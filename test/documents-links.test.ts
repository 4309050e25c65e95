import { access } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { anchorsOf, filesLike, proseOf, readDocument, tablesOf } from './support/documents.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

async function isThere(path: string): Promise<boolean> {
  return access(join(ROOT, path)).then(
    () => true,
    () => false,
  );
}

/** The targets of a document's links, pictures and HTML, except those of other sites. */
function targetsOf(text: string): string[] {
  const prose = proseOf(text).replaceAll(/`[^`\n]*`(?!\])/g, '');
  const links = [
    ...prose.matchAll(/\]\(([^)\s]+)\)/g),
    ...prose.matchAll(/ src(?:set)?="([^"]+)"/g),
  ];
  return links.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

/** What is wrong with a link; null for nothing. */
async function faultOf(document: string, target: string): Promise<string | null> {
  const [path = '', anchor] = target.split('#', 2);
  const to = path === '' ? document : normalize(join(dirname(document), path));
  if (!(await isThere(to))) return `${document}: ${target} leads to nothing`;
  if (anchor === undefined || anchorsOf(await readDocument(to)).has(anchor)) return null;
  return `${document}: ${target} names no heading`;
}

test('every link of a document leads to an existing file or heading', async () => {
  const faults: (string | null)[] = [];
  let links = 0;
  for (const document of await filesLike('**/*.md')) {
    for (const target of targetsOf(await readDocument(document))) {
      links += 1;
      faults.push(await faultOf(document, target));
    }
  }
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
  expect(links).toBeGreaterThan(50);
});

test('every decision is listed with its title, and the tests that it names exist', async () => {
  const listed = tablesOf(await readDocument('docs/decisions/README.md'), 'number');
  const records = await filesLike('docs/decisions/0*.md');
  const found: string[][] = [];
  const missing: string[] = [];
  for (const record of records) {
    const text = await readDocument(record);
    const [, number = '', title = ''] = /^# (\d{4}): (.+)$/m.exec(text) ?? [];
    found.push([`[${number}](${record.slice('docs/decisions/'.length)})`, title]);
    const [, names = ''] = /^\*\*Tests\.\*\* (.+)$/m.exec(text) ?? [];
    missing.push(...(await missingTests(names)));
  }
  expect(listed).toEqual(found);
  expect(missing).toEqual([]);
});

test('every threat names existing tests', async () => {
  const rows = tablesOf(await readDocument('docs/threat-model.md'), 'threat');
  const missing: string[] = [];
  for (const [threat = '', , names = ''] of rows) {
    missing.push(...(names === '' ? [threat] : await missingTests(names)));
  }
  expect(rows.length).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

/** The named tests, such as `uploads` or `traffic-*`, for which there is no file. */
async function missingTests(names: string): Promise<string[]> {
  const patterns = names.match(/[\w*-]+/g) ?? [];
  const found = await Promise.all(
    patterns.map(async (name) => [name, await filesLike(`test/${name}.test.ts`)] as const),
  );
  return found.flatMap(([name, files]) => (files.length > 0 ? [] : [name]));
}

test('every section of a document that a comment cites exists', async () => {
  const cited: string[] = [];
  const missing: string[] = [];
  for (const file of await filesLike('{src,packages,test,audit,bench}/**/*.{ts,tsx}')) {
    const text = await readDocument(file);
    for (const [, path = '', section] of text.matchAll(
      /\b(docs\/[\w/-]+\.md)(?:,? \(?"([^"\n]+)")?/g,
    )) {
      cited.push(path);
      if (!(await hasSection(path, section))) missing.push(`${file}: ${path} ${section ?? ''}`);
    }
  }
  expect(missing).toEqual([]);
  expect(cited.length).toBeGreaterThan(10);
});

async function hasSection(path: string, section: string | undefined): Promise<boolean> {
  if (!(await isThere(path))) return false;
  return section === undefined || new RegExp(`^#+ ${section}$`, 'm').test(await readDocument(path));
}

test('every path of the repository that a document names exists', async () => {
  const named: string[] = [];
  const missing: string[] = [];
  for (const document of await filesLike(['*.md', 'docs/**/*.md'])) {
    const text = document === 'CHANGELOG.md' ? '' : await readDocument(document);
    for (const [, path = ''] of text.matchAll(
      /`((?:src|packages|schema|test|bench)\/[\w./-]+)`/g,
    )) {
      named.push(path);
      if (!(await isThere(path))) missing.push(`${document}: ${path}`);
    }
  }
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(50);
});

test('every file that a walk through the code names without its folder exists', async () => {
  const text = proseOf(await readDocument('docs/architecture.md'));
  const names = [...text.matchAll(/`([\w-]+\.ts)`/g)].map(([, name = '']) => name);
  const files = await Promise.all(
    names.map(async (name) => [name, await filesLike(`src/**/${name}`)] as const),
  );
  expect(files.flatMap(([name, found]) => (found.length > 0 ? [] : [name]))).toEqual([]);
  expect(names.length).toBeGreaterThan(20);
});
