import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A client that a test ran against the gateway. It becomes a row of the table in docs/clients.md. */
export interface ClientRun {
  readonly client: string;
  readonly version: string;
  /** Whether the version is that of this machine, and another on the next. */
  readonly isOfMachine: boolean;
  /** What was run. */
  readonly ran: string;
  /** What came of it. */
  readonly result: string;
  /** The option that the client needs for it. */
  readonly needs: string;
}

interface NewClientRun extends Pick<ClientRun, 'client' | 'ran' | 'result'> {
  /** @default "none" */
  readonly needs?: string;
  readonly version: ClientVersion;
}

export type ClientVersion =
  | { readonly package: string }
  /** The version of a program of this machine. */
  | { readonly program: string }
  /** The client is not run: its bytes are sent, as the source of this version writes them. */
  | { readonly source: string }
  /** The client is not run: its bytes are sent, as they were captured from this version. */
  | { readonly captured: string };

declare module 'vitest' {
  interface TaskMeta {
    clientRuns?: ClientRun[];
  }
}

/** A test's task, as `test('…', ({ task }) => …)` has it. */
interface Task {
  readonly meta: { clientRuns?: ClientRun[] };
}

/**
 * Adds a row to the table of clients in docs/clients.md, if the test passes. `npm run clients` writes the table;
 * CI compares it with what the tests recorded.
 */
export function recordClientRun(
  { meta }: Task,
  { client, version, ran, result, needs = 'none' }: NewClientRun,
): void {
  const isOfMachine = 'program' in version;
  const recorded = { client, version: textOf(version), isOfMachine, ran, result, needs };
  meta.clientRuns = [...(meta.clientRuns ?? []), recorded];
}

const manifest = z.object({ version: z.string() });

function textOf(version: ClientVersion): string {
  if ('program' in version) return version.program;
  if ('source' in version) return `${version.source}, bytes from its source`;
  if ('captured' in version) return `${version.captured}, bytes captured`;
  const path = new URL(`../../node_modules/${version.package}/package.json`, import.meta.url);
  return manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}
