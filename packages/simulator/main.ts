import { loadSettings, SettingError } from './settings.ts';
import { startSimulator } from './simulator.ts';

/**
 * Runs the simulator alone until SIGTERM or SIGINT. It prints one line: the environment that a
 * gateway needs.
 */
async function run(): Promise<void> {
  const simulator = await startSimulator(loadSettings(process.env));
  simulator.events.on('fault', (error) => process.stderr.write(`simulator: ${String(error)}\n`));
  const { url, thirdCode, secretKey } = simulator;
  process.stdout.write(
    `Simulator: PHOTO_API_URL=${url} PHOTO_THIRD_CODE=${thirdCode} PHOTO_SECRET_KEY=${secretKey}\n`,
  );
  // Both listeners stay: a terminal and npm may each send the signal, and the second would end the
  // process.
  const stop = () => void simulator.close();
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof SettingError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
