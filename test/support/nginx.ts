import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const program = '/usr/sbin/nginx';

/** Whether this machine has nginx. CI always has it, or fails. */
export const hasNginx = existsSync(program);

export interface Nginx extends AsyncDisposable {
  readonly url: string;
}

/** A real nginx in front of `upstream`, with default buffering and other defaults. */
export async function startNginx(upstream: string): Promise<Nginx> {
  return run(
    (folder, port) => `
    pid ${folder}/nginx.pid;
    error_log stderr warn;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join('\n')}
      map $http_upgrade $connection_upgrade { default upgrade; '' close; }
      server {
        listen 127.0.0.1:${port};
        client_max_body_size 25m;
        location / {
          proxy_pass ${upstream};
          proxy_http_version 1.1;
          proxy_set_header Host $host:$server_port;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
        }
      }
    }`,
  );
}

export interface DeployedNginx extends Nginx {
  /** The lines of its access log. A line is written when its request has ended. */
  log(): Promise<readonly string[]>;
}

/**
 * nginx with the configuration that is deployed, in front of the gateways on these ports. Only
 * addresses and places of files are replaced.
 */
export async function startDeployedNginx(
  gatewayPorts: readonly [number, number, number],
): Promise<DeployedNginx> {
  const deployed = await readFile(new URL('../../deploy/nginx.conf', import.meta.url), 'utf8');
  let logFile = '';
  const nginx = await run((folder, port) => {
    logFile = join(folder, 'access.log');
    return deployed
      .replaceAll('/tmp/', `${folder}/`)
      .replace('/dev/stdout', logFile)
      .replace('/dev/stderr', 'stderr')
      .replace(/listen 8080/, `listen 127.0.0.1:${port}`)
      .replaceAll(
        /gateway-(\d):4000/g,
        (_, number) => `127.0.0.1:${gatewayPorts[Number(number) - 1]}`,
      );
  });
  return {
    url: nginx.url,
    log: async () => (await readFile(logFile, 'utf8')).trimEnd().split('\n'),
    [Symbol.asyncDispose]: () => nginx[Symbol.asyncDispose](),
  };
}

async function run(configuration: (folder: string, port: number) => string): Promise<Nginx> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'photo-gateway-nginx-'));
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, port));
  const foreground = 'daemon off; master_process off;';
  const nginx = spawn(program, ['-c', file, '-p', folder, '-e', 'stderr', '-g', foreground], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  return {
    url,
    async [Symbol.asyncDispose]() {
      nginx.kill('SIGTERM');
      if (nginx.exitCode === null) await once(nginx, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

/** Resolves when a server responds at `url`. A new nginx takes a moment to listen. */
async function answering(url: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(20);
    }
  }
}
