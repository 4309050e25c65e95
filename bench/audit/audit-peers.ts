import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { caseGroups } from '../../packages/audit/cases/groups.ts';
import { parseOptions } from '../../packages/audit/options.ts';
import { summary } from '../../packages/audit/report.ts';
import { runAudit } from '../../packages/audit/run-audit.ts';
import type { CaseResult } from '../../packages/audit/run-cases.ts';
import { startFakeProvider } from '../provider/fake-provider.ts';
import { endOnSignals, makeFolder, startProcess } from '../run/processes.ts';
import { commandOf } from '../subjects/commands.ts';

endOnSignals();

interface Peer {
  readonly name: string;
  /** The file beside this one that Node starts; null for the gateway. */
  readonly file: string | null;
  /** Options that the audit needs for it. */
  readonly options: readonly string[];
  /** The gateway has its own simulator, whose photos get ready. */
  readonly needsProvider: boolean;
}

const peers: readonly Peer[] = [
  {
    name: 'photo-gateway',
    file: null,
    options: [],
    needsProvider: false,
  },
  {
    name: 'plain Yoga',
    file: 'plain-yoga.ts',
    options: [],
    needsProvider: true,
  },
  {
    name: 'Apollo, graphql-upload',
    file: 'apollo.ts',
    // It hides its schema in production.
    options: [
      ['--mutation', 'uploadPhoto'],
      ['--file-argument', 'file'],
      ['--arguments', 'repairType: REPAIR'],
      ['--selection', '{ id }'],
    ].flat(),
    needsProvider: false,
  },
  {
    name: 'mercurius, mercurius-upload',
    file: 'mercurius.ts',
    options: ['--header', 'Mercurius-Require-Preflight: 1'],
    needsProvider: false,
  },
];

/** Limits for servers on loopback, which spend nothing. */
const BOUNDS = ['--max-uploads', '100', '--deadline', '600000'];

async function startPeer(peer: Peer, providerUrl: string) {
  const { program, args, cwd } =
    peer.file === null
      ? commandOf('gateway')
      : {
          program: process.execPath,
          args: [fileURLToPath(new URL(peer.file, import.meta.url))],
          cwd: '.',
        };
  const running = startProcess(program, args, {
    cwd,
    // Output during the shutdown does not belong in the table.
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      PORT: '0',
      DATA_DIR: join(makeFolder(), 'data'),
      LOG_LEVEL: 'silent',
      ...(peer.needsProvider && { PHOTO_API_URL: providerUrl }),
    },
  });
  const { stdout } = running.child;
  if (stdout === null) throw new Error(`${peer.name} has no output`);
  // The output ends without a line if the server does not start.
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const line = String((await lines.next()).value);
  const endpoint = /http:\S+\/graphql/.exec(line)?.[0];
  if (endpoint === undefined) throw new Error(`${peer.name} printed: ${line}`);
  return { endpoint, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

/** Runs all cases. If one takes the server down, the remaining ones run on a restarted server. */
async function audit(peer: Peer): Promise<readonly CaseResult[]> {
  using provider = await startFakeProvider();
  const results = new Map<string, CaseResult>();
  let left: readonly string[] = caseGroups.flatMap(({ cases }) => cases.map(({ id }) => id));
  while (left.length > 0) {
    await using server = await startPeer(peer, provider.url);
    const only = ['--only', left.join(',')];
    const options = parseOptions([server.endpoint, ...peer.options, ...BOUNDS, ...only]);
    if (options === null) throw new Error('these options ask for help');
    const report = await runAudit(options);
    for (const result of report.results) results.set(result.id, result);
    const next = left.filter((id) => results.get(id)?.verdict === 'not run');
    if (next.length === left.length) break;
    left = next;
  }
  return [...results.values()];
}

/** Counts the passed cases among those that say something about the server. */
function score(results: readonly CaseResult[], ids: readonly string[]): string {
  const said = results.filter(
    ({ id, verdict }) => ids.includes(id) && verdict !== 'not applicable' && verdict !== 'not run',
  );
  const passed = said.filter(({ verdict }) => verdict === 'passed').length;
  if (said.length === 0) return '–';
  return passed === said.length ? `${passed}` : `${passed} of ${said.length}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

const found: (readonly [Peer, readonly CaseResult[]])[] = [];
for (const peer of peers) {
  const results = await audit(peer);
  found.push([peer, results]);
  console.error(`${peer.name}: ${summary(results)}`);
}

console.log(row(['passed', ...peers.map(({ name }) => name)]));
console.log(row(['---', ...peers.map(() => '---')]));
for (const { title, cases } of caseGroups) {
  const ids = cases.map(({ id }) => id);
  console.log(row([title, ...found.map(([, results]) => score(results, ids))]));
}
for (const severity of ['must', 'hostile', 'should'] as const) {
  const failures = found.map(([, results]) =>
    results.filter((result) => result.verdict === 'failed' && result.severity === severity),
  );
  console.log(row([`**failed: ${severity}**`, ...failures.map(({ length }) => String(length))]));
}
const fatal = found.map(([, results]) => results.filter((result) => result.fatal).length);
console.log(row(['**left the server broken**', ...fatal.map(String)]));

for (const [{ name }, results] of found) {
  const failures = results.filter(({ verdict }) => verdict === 'failed');
  console.log(`\n${name}: ${summary(results)}`);
  for (const { id, severity, seen, fatal: down } of failures) {
    console.log(`- ${severity}, \`${id}\`${down ? ' (left the server broken)' : ''}: ${seen}`);
  }
}
