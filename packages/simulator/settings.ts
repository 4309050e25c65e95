import { z } from 'zod';
import type { SimulatorOptions } from './options.ts';

const wholeNumber = (greatest: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().max(greatest));

const environment = z.object({
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  SIMULATOR_PORT: wholeNumber(65_535).default(4100),
  SIMULATOR_PUBLIC_URL: z
    .url({ protocol: /^https?$/, message: 'must be an http or https address' })
    .optional(),
  SIMULATOR_THIRD_CODE: z.string().default('demo'),
  SIMULATOR_SECRET_KEY: z.string().optional(),
  SIMULATOR_UPLOADS: wholeNumber(1_000_000_000).default(100),
  SIMULATOR_PROCESSING_TIME_MS: wholeNumber(3_600_000).optional(),
  SIMULATOR_KEEP_FOR_MS: wholeNumber(2 ** 31 - 1).default(3_600_000),
});

/** A malformed setting. The message is one line that begins with the setting's name. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/**
 * Reads the simulator's settings from `env`, a process environment. An empty value counts as unset.
 * @throws SettingError that names the first malformed setting.
 */
export function loadSettings(env: Readonly<Record<string, string | undefined>>): SimulatorOptions {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SettingError(`${issue?.path[0]?.toString() ?? 'settings'} ${issue?.message ?? ''}`);
  }
  const { data } = parsed;
  return {
    host: data.SIMULATOR_HOST,
    port: data.SIMULATOR_PORT,
    thirdCode: data.SIMULATOR_THIRD_CODE,
    uploads: data.SIMULATOR_UPLOADS,
    keepForMs: data.SIMULATOR_KEEP_FOR_MS,
    ...(data.SIMULATOR_PUBLIC_URL !== undefined && {
      publicUrl: data.SIMULATOR_PUBLIC_URL.replace(/\/$/, ''),
    }),
    ...(data.SIMULATOR_SECRET_KEY !== undefined && { secretKey: data.SIMULATOR_SECRET_KEY }),
    ...(data.SIMULATOR_PROCESSING_TIME_MS !== undefined && {
      processingTimeMs: data.SIMULATOR_PROCESSING_TIME_MS,
    }),
  };
}
