import { registerHooks } from 'node:module';

/**
 * Runs as its own process: starts a gateway, stops it, and prints which of OpenTelemetry's packages
 * it loaded.
 */
const packages = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    const name = /\/@opentelemetry\/([\w-]+)\//.exec(url)?.[1];
    if (name !== undefined) packages.add(name);
    return nextLoad(url, context);
  },
});

// What is imported above is loaded before the hook is installed.
const { loadConfig } = await import('../../src/config/config.ts');
const { startGateway } = await import('../../src/gateway.ts');
const { createReadableLog } = await import('./access-log.ts');
const gateway = await startGateway(loadConfig(process.env), createReadableLog().log);
await gateway.close();
process.stdout.write([...packages].toSorted().join(' '));
