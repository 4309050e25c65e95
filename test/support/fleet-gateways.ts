import { createDatabase } from './postgres.ts';
import { startGatewayOf, type RunningGateway } from './start-gateway.ts';

/** Gateways that share one database. */
export interface FleetGateways extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly gateways: readonly [RunningGateway, RunningGateway];
}

/** Starts two gateways of one fleet with these settings. */
export async function startFleet(env: Readonly<Record<string, string>>): Promise<FleetGateways> {
  await using started = new AsyncDisposableStack();
  const database = started.use(await createDatabase());
  const settings = { ...env, DATABASE_URL: database.url };
  const first = started.use(await startGatewayOf(settings));
  const second = started.use(await startGatewayOf(settings));
  const running = started.move();
  return {
    databaseUrl: database.url,
    gateways: [first, second],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
