#!/usr/bin/env node
import { NoAudit } from './no-audit.ts';
import { parseOptions, UsageError } from './options.ts';
import { isSound, printReport, reportAsJson } from './report.ts';
import { runAudit } from './run-audit.ts';
import { usage } from './usage.ts';

process.exitCode = await main(process.argv.slice(2));

/** The exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === null) {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    const report = await runAudit(options);
    process.stdout.write(`${options.json ? reportAsJson(report) : printReport(report)}\n`);
    return isSound(report.results) ? 0 : 1;
  } catch (error) {
    const foreseen = [UsageError, NoAudit].some((kind) => error instanceof kind);
    if (!foreseen || !(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}
