import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const LEAST_MAJOR = 24;

// Checked before anything else is loaded: an older Node cannot even parse some of the code.
if (Number.parseInt(process.versions.node) < LEAST_MAJOR) {
  process.stderr.write(
    `photo-gateway cannot start: it needs Node ${LEAST_MAJOR} or later, but this is ${process.version}: ` +
      'npm start uses its own\n',
  );
  process.exitCode = 1;
} else {
  // Compiling the code takes half of the processor time of a start. Where the folder cannot be written to, nothing
  // is cached.
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
  const { runGateway } = await import('./run-gateway.ts');
  await runGateway(process.env);
}
