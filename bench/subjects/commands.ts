import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SubjectName } from './subject.ts';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = z.object({ scripts: z.object({ start: z.string() }) });

/** How a server is started: the gateway with the command of its `npm start`, with this Node. */
export function commandOf(name: Exclude<SubjectName, 'nginx'>): Command {
  if (name !== 'gateway') {
    const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    return { program: process.execPath, args: [file], cwd: root };
  }
  const { scripts } = manifest.parse(JSON.parse(readFileSync(`${root}/package.json`, 'utf8')));
  const path = `PATH="${dirname(process.execPath)}:$PATH"`;
  // Its `exec` keeps the process id.
  return { program: '/bin/sh', args: ['-c', `${path}; ${scripts.start}`], cwd: root };
}
