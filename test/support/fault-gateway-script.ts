import { pino } from 'pino';
import { z } from 'zod';
import { loadConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';

/**
 * Runs as its own process, with an IPC channel: the gateway, with the settings of the environment,
 * controlled by commands. It must end by itself once it is told to close.
 */
const command = z.discriminatedUnion('type', [
  /** Measures its resources. */
  z.object({ type: z.literal('measure') }),
  /**
   * Makes each of this many turns of its event loop take this many milliseconds; all of them by
   * default.
   */
  z.object({ type: z.literal('block'), turnMs: z.int(), turns: z.number().default(Infinity) }),
  z.object({ type: z.literal('free') }),
  z.object({ type: z.literal('close') }),
]);

let turnsLeft = 0;

function turn(turnMs: number) {
  if (turnsLeft === 0) return;
  turnsLeft -= 1;
  const untilMs = performance.now() + turnMs;
  while (performance.now() < untilMs);
  setImmediate(turn, turnMs);
}

async function measure() {
  // What is collected now was not referenced.
  for (let rounds = 0; rounds < 3; rounds += 1) {
    globalThis.gc?.();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { heapBytes: heapUsed + external + arrayBuffers, resources };
}

const gateway = await startGateway(loadConfig(process.env), pino({ level: 'silent' }));
const answer = (message: object) => void process.send?.(message);

process.on('message', (message) => {
  const told = command.parse(message);
  switch (told.type) {
    case 'measure':
      return void measure().then(answer);
    case 'block':
      turnsLeft = told.turns;
      return turn(told.turnMs);
    case 'free':
      turnsLeft = 0;
      return;
    case 'close':
      return void gateway.close().then(() => process.disconnect());
  }
});
answer({ url: gateway.url });
