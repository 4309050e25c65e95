import { readFile } from 'node:fs/promises';
import { describeMachine } from './measure/machine.ts';
import { HELP, parseOptions, type Options } from './options.ts';
import { fallenTwice, ratiosOf } from './report/gate.ts';
import { keptRatios } from './report/kept.ts';
import { markdownReport } from './report/report.ts';
import { writeFormatted, writeResults } from './report/write-results.ts';
import { planRuns } from './run/plan.ts';
import { endOnSignals } from './run/processes.ts';
import { runAll, type RunAllResult } from './run/run-all.ts';

/** Other measurements, by the first word of the command line. */
const TOOLS = new Map([
  ['audit', './audit/audit-peers.ts'],
  ['faults', './tools/faults.ts'],
  ['fleet', './tools/fleet.ts'],
  ['first-paint', './tools/first-paint.ts'],
  ['notify', './tools/notify.ts'],
  ['polling', './tools/polling.ts'],
  ['polling-gateway', './tools/polling-gateway.ts'],
  ['scaling', './tools/scaling.ts'],
  ['upload-memory', './tools/upload-memory.ts'],
]);
const KEPT = new URL('kept.json', import.meta.url).pathname;

// Measures the gateway beside its peers, as `HELP` says.
endOnSignals();
try {
  const [, , first = ''] = process.argv;
  const tool = TOOLS.get(first);
  const options = tool === undefined ? parseOptions(process.argv.slice(2)) : null;
  if (tool !== undefined) {
    // A tool reads what is behind its name.
    process.argv.splice(2, 1);
    await import(tool);
  } else if (options === null) process.stdout.write(HELP);
  else process.exitCode = await bench(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function bench(options: Options): Promise<number> {
  const startedAt = performance.now();
  const { measurements, failures } = await measure(options);
  const machine = describeMachine();
  console.log(`\n${markdownReport(machine, measurements)}`);
  if (options.writeTo !== null) await writeResults(options.writeTo, machine, measurements);
  for (const failure of failures) console.error(`FAILED ${failure}`);
  const failed = failures.length > 0 ? 1 : 0;
  const status = options.gate === null ? failed : await passGate(options, measurements);
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  return status;
}

function measure(options: Options): Promise<RunAllResult> {
  const { scenarios, scale, scaleName, rounds, subjects, timeoutMs } = options;
  return runAll({
    plan: planRuns(scenarios, scale, rounds, subjects),
    scale: scaleName,
    timeoutMs,
    onProgress: (line) => console.error(line),
  });
}

/** Compares the ratios with those kept, or keeps them. What else failed is information. */
async function passGate(
  options: Options,
  measurements: RunAllResult['measurements'],
): Promise<number> {
  const { scenarios } = options;
  if (options.gate === 'keep') {
    await writeFormatted(KEPT, JSON.stringify(ratiosOf(scenarios, measurements)));
    return 0;
  }
  const fallen = await fallenTwice({
    kept: keptRatios.parse(JSON.parse(await readFile(KEPT, 'utf8'))),
    scenarios,
    measurements,
    measureAgain: async (again) => (await measure({ ...options, scenarios: again })).measurements,
    onNote: (line) => console.error(line),
  });
  for (const { name, kept, now } of fallen) {
    console.error(`FELL ${name}: from ${kept} to ${now} of the best peer`);
  }
  return fallen.length > 0 ? 1 : 0;
}
