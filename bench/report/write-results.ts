import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { measurement, type Measurement } from '../run/messages.ts';
import { growthCharts } from './growth-charts.ts';
import { markdownReport } from './report.ts';

const results = z.object({ machine: z.string(), measurements: z.array(measurement) });

async function readMeasurements(file: string): Promise<readonly Measurement[]> {
  try {
    return results.parse(JSON.parse(await readFile(file, 'utf8'))).measurements;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Writes a text as the repository formats it. */
export async function writeFormatted(file: string, text: string): Promise<void> {
  const options = await resolveConfig(file);
  await writeFile(file, await format(text, { ...options, filepath: file }));
}

/**
 * Writes raw values, tables and curves into a folder. Scenarios that were not measured now keep what
 * the folder has of them.
 */
export async function writeResults(
  folder: string,
  machine: string,
  measurements: readonly Measurement[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const raw = join(folder, 'figures.json');
  const measuredNow = new Set(measurements.map(({ scenario }) => scenario));
  const before = await readMeasurements(raw);
  const all = [...before.filter(({ scenario }) => !measuredNow.has(scenario)), ...measurements];
  await writeFormatted(raw, JSON.stringify({ machine, measurements: all }));
  await writeFormatted(join(folder, 'README.md'), markdownReport(machine, all));
  for (const [file, picture] of growthCharts(all)) await writeFile(join(folder, file), picture);
}
