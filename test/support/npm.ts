import { dirname } from 'node:path';
import { runProgram } from './run-program.ts';

/** Runs a command of npm on the Node of the tests, with the settings of whoever runs them. */
export function npm(args: readonly string[], cwd: string) {
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  return runProgram('npm', args, { cwd, env: { ...process.env, PATH: path } });
}
