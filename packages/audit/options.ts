import { parseArgs } from 'node:util';
import { z } from 'zod';

/** The arguments are invalid. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const wholeNumber = (least: number, greatest: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(greatest));

const httpUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address' })
  .transform((text) => new URL(text));

const header = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+\s*:/, 'must be of the form "Name: value"')
  .transform((text): readonly [string, string] => {
    const colon = text.indexOf(':');
    return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
  });

const schema = z.object({
  url: httpUrl,
  mutation: z.string().optional(),
  'file-argument': z.string().optional(),
  scalar: z.string().optional(),
  arguments: z.string().optional(),
  selection: z.string().optional(),
  subscription: z.string().optional(),
  file: z.string().optional(),
  header: z.array(header).default([]),
  only: z
    .string()
    .transform((text) => text.split(','))
    .optional(),
  'max-uploads': wholeNumber(0, 1000).default(5),
  'oversize-bytes': wholeNumber(1_000_000, 1_073_741_824).default(25 * 1_048_576),
  timeout: wholeNumber(100, 60_000).default(5000),
  'stall-timeout': wholeNumber(100, 600_000).default(20_000),
  'stream-timeout': wholeNumber(100, 600_000).default(20_000),
  deadline: wholeNumber(1000, 3_600_000).default(60_000),
  anywhere: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** The user's options, as `usage` describes them. */
export type AuditOptions = z.infer<typeof schema>;

/**
 * Reads the command line, without the program's own name.
 * @returns null if help is requested
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): AuditOptions | null {
  const { values, positionals } = parseArguments(args);
  if (values.help) return null;
  if (positionals.length !== 1) throw new UsageError('Name one URL: graphql-upload-audit URL');
  const parsed = schema.safeParse({ ...values, url: positionals[0] });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [name] = issue?.path ?? [];
  throw new UsageError(`${name === 'url' ? 'URL' : `--${String(name)}`} ${issue?.message ?? ''}`);
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        mutation: { type: 'string' },
        'file-argument': { type: 'string' },
        scalar: { type: 'string' },
        arguments: { type: 'string' },
        selection: { type: 'string' },
        subscription: { type: 'string' },
        file: { type: 'string' },
        header: { type: 'string', multiple: true },
        only: { type: 'string' },
        'max-uploads': { type: 'string' },
        'oversize-bytes': { type: 'string' },
        timeout: { type: 'string' },
        'stall-timeout': { type: 'string' },
        'stream-timeout': { type: 'string' },
        deadline: { type: 'string' },
        anywhere: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
