import { readdir, readFile } from 'node:fs/promises';
import { expect, describe, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../src/config/config.ts';
import { settingsSchema } from '../src/config/settings.ts';
import { readDockerfile } from './support/dockerfile.ts';
import { startGatewayOf } from './support/start-gateway.ts';

/** Settings of Node and of libraries. */
const FOREIGN = new Set(['NODE_ENV', 'NODE_COMPILE_CACHE']);

const deploy = new URL('../deploy/', import.meta.url);
const read = (path: string) => readFile(new URL(path, deploy), 'utf8');

const texts = z.record(z.string(), z.string());
const dockerfile = await readDockerfile();

/** The environment of a container of the image. */
function configOf(env: Readonly<Record<string, string>>) {
  const known = Object.keys(settingsSchema.shape);
  const unknown = Object.keys(env).filter((name) => !known.includes(name) && !FOREIGN.has(name));
  expect(unknown).toEqual([]);
  return loadConfig(env);
}

describe('the Dockerfile', () => {
  test('is built on the Node that the lock file pins', async () => {
    const lock = z
      .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
      .parse(JSON.parse(await read('../package-lock.json')));
    const { version } = lock.packages['node_modules/node'] ?? {};
    for (const image of dockerfile.images) expect(image).toBe(`node:${version}-bookworm-slim`);
  });

  test('runs the gateway as another user than root, as npm start does', async () => {
    expect(dockerfile.user).toBe('node');
    const { scripts } = z
      .object({ scripts: texts })
      .parse(JSON.parse(await read('../package.json')));
    expect(`exec ${dockerfile.command.join(' ')}`).toBe(scripts['start']);
  });

  test('installs as CI does, and has one more step, which test/production-install.test.ts runs', async () => {
    const [install, make, folder, ...others] = dockerfile.steps;
    expect(install).toMatch(/^npm ci /);
    expect((await read('../.ci/run')).split('\n')).toContain('npm ci');
    expect(make).toMatch(/^npm run .*production -- /);
    expect(folder).toMatch(/^install --directory .* --group=node \/archive \/data$/);
    expect(others).toEqual([]);
  });

  test('copies nothing that is installed, built or secret', async () => {
    expect((await read('../.dockerignore')).split('\n')).toEqual(
      expect.arrayContaining(['.git', '**/node_modules', 'dist', 'data', 'deploy/.env']),
    );
  });
});

const service = z.object({
  image: z.string(),
  environment: texts,
  stop_grace_period: z.string(),
  read_only: z.literal(true),
  depends_on: z.record(z.string(), z.unknown()),
});
const composeFile = z.object({
  services: z.object({
    database: z.object({ command: z.array(z.string()), environment: texts }),
    nginx: z.object({ volumes: z.array(z.string()), ports: z.array(z.string()) }),
    'gateway-1': service,
    'gateway-2': service,
    'gateway-3': service,
  }),
  networks: z.object({
    inside: z.object({ ipam: z.object({ config: z.tuple([z.object({ subnet: z.string() })]) }) }),
  }),
});

describe('the compose file', async () => {
  const compose = composeFile.parse(parse(await read('compose.yaml'), { merge: true }));
  const { 'gateway-1': gateway } = compose.services;
  const example = await read('example.env');

  /** Compose puts these in. */
  function interpolated(env: Readonly<Record<string, string>>) {
    return Object.fromEntries(
      Object.entries(env).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{(\w+):\?\}/g, (_, given: string) => {
          const [, text = ''] = new RegExp(`^${given}=(.*)$`, 'm').exec(example) ?? [];
          expect(example).toContain(`\n${given}=`);
          return text === '' ? 'filled-in' : text;
        }),
      ]),
    );
  }

  test('gives its gateways settings with which they start', () => {
    const config = configOf({ ...dockerfile.env, ...interpolated(gateway.environment) });
    expect(config.databaseUrl).not.toBeNull();
    expect(Number.parseInt(gateway.stop_grace_period) * 1000).toBeGreaterThan(
      config.drainTimeoutMs,
    );
    const { subnet } = compose.networks.inside.ipam.config[0];
    expect(gateway.environment['TRUSTED_PROXIES']).toBe(subnet);
  });

  test('puts nginx in front of all its gateways', async () => {
    const nginx = await read('nginx.conf');
    const servers = [...nginx.matchAll(/server (\S+):(\d+) max_fails/g)].map(([, host, port]) => [
      host,
      port,
    ]);
    const gateways = Object.keys(compose.services).filter((name) => name.startsWith('gateway'));
    expect(servers).toEqual(gateways.map((name) => [name, dockerfile.env['PORT']]));
    const [, listen] = /listen (\d+);/.exec(nginx) ?? [];
    expect(compose.services.nginx.ports).toEqual([`8080:${listen}`]);
    expect(compose.services.nginx.volumes).toEqual(['./nginx.conf:/etc/nginx/nginx.conf:ro']);
  });
});

const probe = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
});
const labels = z.object({ app: z.string() });
const selector = z.object({ matchLabels: labels });
const named = z.object({ name: z.string() });
const manifest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('Deployment'),
    metadata: named,
    spec: z.object({
      selector,
      template: z.object({
        metadata: z.object({ labels }),
        spec: z.object({
          terminationGracePeriodSeconds: z.number(),
          securityContext: z.object({ runAsNonRoot: z.literal(true) }),
          containers: z.tuple([
            z.object({
              ports: z.tuple([z.object({ name: z.string(), containerPort: z.number() })]),
              envFrom: z.array(
                z.object({ configMapRef: named.optional(), secretRef: named.optional() }),
              ),
              securityContext: z.object({ readOnlyRootFilesystem: z.literal(true) }),
              volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
              startupProbe: probe,
              livenessProbe: probe,
              readinessProbe: probe,
            }),
          ]),
          volumes: z.array(
            z.object({
              name: z.string(),
              secret: z.object({ secretName: z.string() }).optional(),
            }),
          ),
        }),
      }),
    }),
  }),
  z.object({ kind: z.literal('ConfigMap'), metadata: named, data: texts }),
  z.object({ kind: z.literal('Secret'), metadata: named, stringData: texts }),
  z.object({
    kind: z.literal('Service'),
    spec: z.object({ selector: labels, ports: z.tuple([z.object({ targetPort: z.string() })]) }),
  }),
  z.object({
    kind: z.literal('HorizontalPodAutoscaler'),
    spec: z.object({
      scaleTargetRef: z.object({ kind: z.literal('Deployment'), name: z.string() }),
      minReplicas: z.number(),
      maxReplicas: z.number(),
    }),
  }),
  z.object({
    kind: z.literal('PodDisruptionBudget'),
    spec: z.object({ maxUnavailable: z.number(), selector }),
  }),
]);
type Manifest = z.infer<typeof manifest>;

describe('the Kubernetes manifests', async () => {
  const files = await readdir(new URL('kubernetes/', deploy));
  const manifests = (await Promise.all(files.map((name) => read(`kubernetes/${name}`))))
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => manifest.parse(document.toJS()));
  const all = <Kind extends Manifest['kind']>(kind: Kind) =>
    manifests.filter((each): each is Extract<Manifest, { kind: Kind }> => each.kind === kind);
  function one<Kind extends Manifest['kind']>(kind: Kind) {
    const [found, ...others] = all(kind);
    if (found === undefined || others.length > 0) throw new Error(`Not one ${kind}`);
    return found;
  }

  const deployment = one('Deployment');
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;
  const env: Record<string, string> = { ...dockerfile.env };
  for (const { configMapRef, secretRef } of container.envFrom) {
    for (const { metadata, data } of all('ConfigMap'))
      if (metadata.name === configMapRef?.name) Object.assign(env, data);
    for (const { metadata, stringData } of all('Secret'))
      if (metadata.name === secretRef?.name) Object.assign(env, stringData);
  }

  test('give the gateway settings with which it starts', () => {
    const config = configOf(env);
    expect(config.databaseUrl).not.toBeNull();
    expect(config.archive?.kind).toBe('s3');
    expect(container.ports[0].containerPort).toBe(config.port);
    const keys = pod.volumes.find(({ secret }) => secret !== undefined);
    const secret = all('Secret').find(({ metadata }) => metadata.name === keys?.secret?.secretName);
    const mount = container.volumeMounts.find(({ name }) => name === keys?.name);
    const [file] = Object.keys(secret?.stringData ?? {});
    expect(env['API_KEYS_FILE']).toBe(`${mount?.mountPath}/${file}`);
  });

  test('stop it only after it has drained, and send nothing to it by then', () => {
    const { drainTimeoutMs, drainDelayMs } = configOf(env);
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(drainTimeoutMs);
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    expect(drainDelayMs).toBeGreaterThan(periodSeconds * failureThreshold * 1000);
    expect(drainDelayMs).toBeLessThan(drainTimeoutMs);
  });

  test('probe paths that answer', async () => {
    await using gateway = await startGatewayOf({});
    const { startupProbe, livenessProbe, readinessProbe } = container;
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
      expect(httpGet.port).toBe(container.ports[0].name);
      expect((await fetch(new URL(httpGet.path, gateway.url))).status).toBe(200);
    }
    // The database away is no reason to end a process.
    expect([startupProbe, livenessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      '/health',
      '/health',
    ]);
    expect(readinessProbe.httpGet.path).toBe('/ready');
  });

  test('name each other as they are', () => {
    const { app } = deployment.spec.template.metadata.labels;
    const budget = one('PodDisruptionBudget').spec;
    const { spec: scaler } = one('HorizontalPodAutoscaler');
    const { spec: toPods } = one('Service');
    expect(
      [deployment.spec.selector, budget.selector].map(({ matchLabels }) => matchLabels.app),
    ).toEqual([app, app]);
    expect(toPods).toMatchObject({
      selector: { app },
      ports: [{ targetPort: container.ports[0].name }],
    });
    expect(scaler.scaleTargetRef.name).toBe(deployment.metadata.name);
    expect(scaler.minReplicas).toBeGreaterThan(budget.maxUnavailable);
  });
});

test('the systemd unit gives the gateway settings with which it starts, and time to stop', async () => {
  const lines = (await read('photo-gateway.service')).split('\n');
  const valuesOf = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
  const env = Object.fromEntries(
    valuesOf('Environment').map((pair): [string, string] => {
      const [name = '', value = ''] = pair.split('=');
      return [name, value];
    }),
  );
  const { drainTimeoutMs, maxConnections } = configOf(env);
  expect(Number(valuesOf('TimeoutStopSec')[0]) * 1000).toBeGreaterThan(drainTimeoutMs);
  expect(Number(valuesOf('LimitNOFILE')[0])).toBeGreaterThan(maxConnections);
  expect(valuesOf('ExecStart')[0]).toBe(`/usr/bin/${dockerfile.command.join(' ')}`);
});
