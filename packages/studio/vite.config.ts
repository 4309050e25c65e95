import { defineConfig } from 'vite';
import { fileURLToPath } from 'node:url';
import { oneFirstChunk } from '../page-build/one-first-chunk.ts';
import { pageConfig } from '../page-build/page-config.ts';
import { serviceWorker } from '../page-build/service-worker.ts';

const worker = fileURLToPath(new URL('worker/service-worker.ts', import.meta.url));

export default defineConfig(pageConfig('studio', [oneFirstChunk(), serviceWorker(worker)]));
