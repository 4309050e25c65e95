import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { readFixture } from './support/fixtures.ts';
import { sendFile } from './support/graphql-client.ts';
import { startGateway } from './support/start-gateway.ts';
import { readMetrics, type Metrics } from './support/telemetry-metrics.ts';
import { groupingsOf, selectorsOf } from './support/telemetry-promql.ts';

const read = (name: string) => readFile(new URL(`../deploy/${name}`, import.meta.url), 'utf8');

const rules = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string().min(1),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^PhotoGateway[A-Z]\w+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smhd]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

const panel = z.object({
  id: z.number(),
  title: z.string(),
  targets: z.array(z.object({ expr: z.string() })).default([]),
});
const dashboard = z.object({
  title: z.string(),
  uid: z.string(),
  schemaVersion: z.number(),
  panels: z.array(panel),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
});

const alerts = rules.parse(parse(await read('alerts.yml'))).groups.flatMap((group) => group.rules);
const { panels } = dashboard.parse(JSON.parse(await read('grafana-dashboard.json')));

/** Expressions are PromQL only once Grafana's variables are replaced. */
const expressions = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
].map(([title, expr]) => [title, expr.replaceAll(/\$__(?:rate_interval|range)/g, '5m')] as const);

/** Labels that Prometheus itself adds to each series. */
const OWN_LABELS = new Set(['instance', 'job', 'le']);

describe('the metrics that alerts and the dashboard use', () => {
  let metrics: Metrics;

  beforeAll(async () => {
    const file = await readFixture('landscape-small.jpg');
    await using gateway = await startGateway();
    const variables = { repairType: 'REPAIR', waitSeconds: 10 } as const;
    await sendFile(gateway, UploadPhotoDocument, { ...variables, file });
    await sendFile(gateway, UploadPhotoDocument, { ...variables, file: new Blob(['text']) });
    metrics = await readMetrics(`${gateway.url}/metrics`);
  });

  test.each(expressions)('exist, with the labels: %s', (_title, expression) => {
    const selectors = selectorsOf(expression);
    expect(selectors.length).toBeGreaterThan(0);
    const groupings = groupingsOf(expression);
    for (const { name, labels } of selectors) {
      expect(metrics.names).toContain(name.replace(/_(?:bucket|sum|count)$/, ''));
      const known = metrics.labelsOf(name);
      for (const label of [...labels, ...groupings]) {
        expect([...known, ...OWN_LABELS]).toContain(label);
      }
    }
  });

  test('are all metrics, on one dashboard', () => {
    const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    for (const name of metrics.names) expect(asked).toContain(name);
  });
});

test('the panels have unique ids, and the alerts unique names', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});
