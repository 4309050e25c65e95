import { defineConfig } from 'vite';
import { pageConfig } from '../page-build/page-config.ts';

export default defineConfig(pageConfig('studio'));
