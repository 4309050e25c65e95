import { makeKeysFile, startGuardedGateway, type GuardedGateway } from './access-gateway.ts';
import type { Sender } from './traffic-transports.ts';

export interface SharedGateway extends GuardedGateway {
  /** The headers of each client. */
  readonly anna: Sender;
  readonly bert: Sender;
}

/** A gateway that accepts Anna and Bert, from any address that a proxy on this machine names. */
export async function startSharedGateway(
  env: Readonly<Record<string, string>>,
  processingTimeMs?: number,
): Promise<SharedGateway> {
  await using started = new AsyncDisposableStack();
  const keys = started.use(await makeKeysFile());
  const anna = { 'x-api-key': await keys.add('anna') };
  const bert = { 'x-api-key': await keys.add('bert') };
  const gateway = started.use(
    await startGuardedGateway(
      { API_KEYS_FILE: keys.path, TRUSTED_PROXIES: '127.0.0.1', ...env },
      processingTimeMs,
    ),
  );
  const running = started.move();
  return { ...gateway, anna, bert, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
