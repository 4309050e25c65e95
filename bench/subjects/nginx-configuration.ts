import { createToken } from '../provider/token.ts';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/**
 * nginx as one process that passes uploads on as they arrive, without a copy on the disk, over
 * connections that stay open. Its token stays valid for as long as a benchmark.
 */
export function nginxConfiguration(folder: string, port: number, providerUrl: string): string {
  const temporaryPaths = TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    error_log stderr error;
    events { worker_connections 4096; }
    http {
      access_log off;
      ${temporaryPaths}
      client_max_body_size 0;
      upstream provider {
        server ${new URL(providerUrl).host};
        keepalive 256;
      }
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location = /graphql {
          proxy_pass http://provider/api/third/photo/upload;
          proxy_http_version 1.1;
          proxy_request_buffering off;
          proxy_set_header Connection '';
          proxy_set_header token '${createToken()}';
        }
      }
    }`;
}
