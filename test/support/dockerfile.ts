import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What our Dockerfile says. Lines are continued with a backslash. */
export interface Dockerfile {
  readonly images: readonly string[];
  /** The commands of all RUN steps. */
  readonly steps: readonly string[];
  /** The names of ENV, with their values. */
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly healthCheck: readonly string[];
  readonly command: readonly string[];
}

const words = z.array(z.string()).min(1);

export async function readDockerfile(): Promise<Dockerfile> {
  const text = await readFile(new URL('../../deploy/Dockerfile', import.meta.url), 'utf8');
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const all = (instruction: string) =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));
  const last = (instruction: string) => all(instruction).at(-1) ?? '';
  return {
    images: all('FROM').map((line) => line.split(' ')[0] ?? ''),
    steps: all('RUN'),
    env: Object.fromEntries(
      all('ENV').flatMap((line) =>
        line.split(' ').map((pair): [string, string] => {
          const [name = '', value = ''] = pair.split('=');
          return [name, value];
        }),
      ),
    ),
    user: last('USER'),
    healthCheck: words.parse(JSON.parse(last('HEALTHCHECK').replace(/^.*? CMD /, ''))),
    command: words.parse(JSON.parse(last('CMD'))),
  };
}
