import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule } from 'vitest/node';
import { rowOf, rowsIn, withRows, type ClientRow } from './client-table.ts';
import { readDocument } from './documents.ts';

const DOCUMENT = 'docs/clients.md';
const PATH = fileURLToPath(new URL(`../../${DOCUMENT}`, import.meta.url));

/**
 * A reporter of vitest that compares the table of clients in docs/clients.md with what the tests recorded, and fails
 * the run if they differ. With `CLIENT_TABLE=write` it writes the table instead. Test files that did not run, or not
 * wholly, are left out.
 */
export default function createClientTableReporter(): Reporter {
  return {
    async onTestRunEnd(modules) {
      const document = await readDocument(DOCUMENT);
      const shown = rowsIn(document);
      const writes = process.env['CLIENT_TABLE'] === 'write';
      const whole = modules.filter(ranWhole);
      const recorded = whole.flatMap((module) => recordedBy(module, writes ? [] : shown));
      const told = new Set(whole.map(nameOf));
      const others = shown.filter(([, , , , , test = '']) => !told.has(test) && isThere(test));
      const expected = await withRows(PATH, document, [...others, ...recorded]);
      if (expected === document) return;
      if (writes) {
        await writeFile(PATH, expected);
      } else {
        console.error(`The table of clients in ${DOCUMENT} is stale: run \`npm run clients\`.`);
        process.exitCode = 1;
      }
    },
  };
}

function recordedBy(module: TestModule, shown: readonly ClientRow[]): ClientRow[] {
  const runs = [...module.children.allTests('passed')].flatMap(
    (test) => test.meta().clientRuns ?? [],
  );
  return runs.map((run) => rowOf(run, nameOf(module), shown));
}

function ranWhole({ children }: TestModule): boolean {
  return [...children.allTests()].every((test) => test.result().state === 'passed');
}

/** `client-restarts` for `test/client-restarts.test.ts`. */
function nameOf({ moduleId }: TestModule): string {
  return basename(moduleId, '.test.ts');
}

function isThere(test: string): boolean {
  return existsSync(new URL(`../${test}.test.ts`, import.meta.url));
}
