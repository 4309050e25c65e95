import { expect, test } from 'vitest';
import { createResponseReader, type RawResponse } from '../bench/driver/response-reader.ts';
import { fleetTable } from '../bench/fleet/fleet-figures.ts';
import { fleetScales } from '../bench/fleet/fleet-scale.ts';
import { measureFleet } from '../bench/fleet/measure-fleet.ts';
import { median, quantile } from '../bench/measure/quantile.ts';
import { parseOptions } from '../bench/options.ts';
import { createFieldReader } from '../bench/provider/form-field.ts';
import { fallenTwice } from '../bench/report/gate.ts';
import { fallenRatios, ratiosToKeep } from '../bench/report/kept.ts';
import { decades, lineChart } from '../bench/report/line-chart.ts';
import { toRows } from '../bench/report/rows.ts';
import { scenarioTable } from '../bench/report/table.ts';
import { measureOnce } from '../bench/run/measure-once.ts';
import type { Measurement } from '../bench/run/messages.ts';
import { planRuns } from '../bench/run/plan.ts';
import { inputs, type Inputs } from '../bench/scaling/inputs.ts';
import { computeNeeds, scalingTables } from '../bench/scaling/scaling.ts';
import { processing } from '../bench/scenarios/photo-status.ts';
import { scales } from '../bench/scenarios/scale.ts';
import { typename } from '../bench/scenarios/typename.ts';
import type { SubjectName } from '../bench/subjects/subject.ts';
import { readDocument, tablesOf } from './support/documents.ts';

/** A measurement of `{ __typename }`. */
function measured(subject: SubjectName, round: number, perSecond: number, others = 0): Measurement {
  const figures = { perSecond, cpuMicroseconds: 1e6 / perSecond, p99: 1 };
  return { scenario: 'typename', subject, variant: '', round, figures, others };
}

const measurements = [
  measured('gateway', 1, 100),
  measured('gateway', 2, 300),
  measured('apollo', 1, 50),
  measured('mercurius', 1, 400),
  measured('bare', 1, 1000),
];

test('a quantile is a value by nearest rank, and the median of two is between them', () => {
  const numbers = [5, 1, 4, 2, 3];
  expect([0.5, 0.95, 0.99, 0].map((part) => quantile(numbers, part))).toEqual([3, 5, 5, 1]);
  expect([median([3, 1]), median([9, 1, 2]), median([])]).toEqual([2, 2, Number.NaN]);
});

test('a table shows medians, raw values and the ratio to the best peer, not to a limit', () => {
  const [, , queries, cpu] = scenarioTable(typename, measurements).split('\n');
  expect(queries).toBe('| queries a second | 200 (100 300) | 50 | 400 | 1,000 | 0.50x |');
  expect(cpu).toMatch(
    /^\| CPU .* \| 6,667 \(10,000 3,333\) \| 20,000 \| 2,500 \| .* \| 0\.38x \|$/,
  );
});

test('only a ratio that fell by more than a third is told, by its best round', () => {
  const now = ratiosToKeep(toRows(typename, measurements));
  expect(now).toEqual({ 'typename / perSecond': 0.75, 'typename / cpuMicroseconds': 0.75 });
  const name = 'typename / perSecond';
  expect(fallenRatios({ [name]: 1.12 }, now)).toEqual([]);
  expect(fallenRatios({ [name]: 1.13 }, now)).toEqual([{ name, kept: 1.13, now: 0.75 }]);
  expect(fallenRatios({ 'of something else': 9 }, now)).toEqual([]);
});

test.each([
  { others: 0.1, again: 100, fallen: ['typename / perSecond'] },
  { others: 0.1, again: 400, fallen: [] },
  { others: 0.5, again: 100, fallen: [] },
])('a ratio has fallen if it has twice, on a quiet machine: $fallen', async (found) => {
  const notes: string[] = [];
  const names = await fallenTwice({
    kept: { 'typename / perSecond': 0.9 },
    scenarios: [typename],
    measurements: [measured('gateway', 1, 100), measured('mercurius', 1, 400)],
    measureAgain: async () => [
      measured('gateway', 1, found.again, found.others),
      measured('mercurius', 1, 400, found.others),
    ],
    onNote: (line) => notes.push(line),
  });
  expect(names.map(({ name }) => name)).toEqual(found.fallen);
  expect(notes[0]).toContain('measured again: typename / perSecond');
});

test('every second round is measured backwards', () => {
  const plan = planRuns([typename], scales.tiny, 2, ['gateway', 'mercurius']);
  expect(plan.map(({ case: { subject }, round }) => [subject, round])).toEqual([
    ['gateway', 1],
    ['mercurius', 1],
    ['mercurius', 2],
    ['gateway', 2],
  ]);
});

test('what the command line names must be there', () => {
  expect(parseOptions(['--only', 'typename,uploads'])?.scenarios).toHaveLength(2);
  expect(() => parseOptions(['--only', 'speed'])).toThrow('There is no scenario speed');
  expect(() => parseOptions(['--subjects', 'nobody'])).toThrow('There is no server nobody');
  expect(parseOptions(['--ci'])).toMatchObject({ gate: 'compare', writeTo: null, rounds: 1 });
});

test('a curve on logarithmic axes is an SVG document', () => {
  expect(decades([3, 1000])).toEqual([1, 10, 100, 1000]);
  const points = [
    [10, 2],
    [1000, 50],
  ] as const;
  const chart = lineChart({
    title: 'Polls',
    xTitle: 'photos',
    series: [{ name: 'polls', points }],
  });
  expect(chart).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*<\/svg>\n$/);
  expect(chart.match(/<circle /g)).toHaveLength(2);
});

test('a response is read with a length and in chunks, however it is cut', () => {
  const responses: RawResponse[] = [];
  const push = createResponseReader((response) => responses.push(response));
  for (const part of ['HTTP/1.1 200 OK\r\nContent-', 'Length: 5\r\n\r\nhe', 'llo']) push(part);
  push('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
  push('2\r\nde\r\n0\r\n\r\n');
  push('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  expect(responses).toEqual([
    { status: 200, body: 'hello', isLast: false },
    { status: 404, body: 'abcde', isLast: false },
    { status: 200, body: '', isLast: true },
  ]);
});

test('the fake provider finds a field in either kind of form', () => {
  const readId = createFieldReader('mdf');
  expect(readId('third_code=bench&mdf=photo-1')).toBe('photo-1');
  expect(readId('--b\r\ncontent-disposition: form-data; name="mdf"\r\n\r\nphoto-2\r\n--b--')).toBe(
    'photo-2',
  );
  expect(readId('third_code=bench')).toBeNull();
});

// A gateway starts in it, which takes long where all of the machine is busy.
test('a scenario measures the gateway in processes of its own', { timeout: 120_000 }, async () => {
  const { figures } = await measureOnce(
    processing,
    { subject: 'gateway', variant: '' },
    scales.tiny,
  );
  expect(figures['perSecond']).toBeGreaterThan(0);
  expect(figures['cpuMicroseconds']).toBeGreaterThan(0);
});

test('a fleet is measured until one of it is killed', { timeout: 120_000 }, async () => {
  const figures = await measureFleet(2, fleetScales.tiny);
  const keys = ['uploads', 'queries', 'p50', 'speed', 'memory', 'takeOver'];
  const missing = keys.filter((key) => !((figures[key] ?? 0) > 0));
  expect(missing).toEqual([]);
  const [head, , uploads] = fleetTable(new Map([['2 gateways', [figures]]])).split('\n');
  expect(head).toBe('|  | 2 gateways |');
  expect(uploads).toMatch(/^\| uploads of 50 kB a second \| [\d,]+ \|$/);
});

test('the document of scaling shows what the arithmetic gives', async () => {
  const [given = '', needed = ''] = scalingTables(inputs);
  const document = await readDocument('docs/scaling.md');
  expect(tablesOf(document, 'given')).toEqual(tablesOf(given, 'given'));
  expect(tablesOf(document, 'needed')).toEqual(tablesOf(needed, 'needed'));
  expect(tablesOf(needed, 'needed').length).toBeGreaterThan(0);
});

const valueOf = (title: string, given: Inputs = inputs) =>
  computeNeeds(given).find((one) => one.title === title)?.value ?? Number.NaN;

test('twice the subscribers need twice the memory, and twice the photos twice the cores', () => {
  const half = { ...inputs.subscribers, value: inputs.subscribers.value / 2 };
  const fewer = { ...inputs.uploads, value: inputs.uploads.value / 2 };
  const halves = { ...inputs, subscribers: half, uploads: fewer };
  for (const title of ['memory of all subscribers', 'cores for uploads', 'polls'])
    expect(valueOf(title) / valueOf(title, halves)).toBeCloseTo(2);
});
