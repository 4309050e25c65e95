import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PhotoReadySubscription } from '../schema/typed/graphql.ts';
import { GatewayError } from './gateway-error.ts';
import { save } from './save.ts';

/** The input of an example. */
export interface Order {
  /** The GraphQL endpoint. */
  readonly endpoint: string;
  /** The picture, as a browser has it. */
  readonly file: File;
  /** Names this upload: it is charged at most once, however often it is tried. */
  readonly idempotencyKey: string;
}

/** The photo as the subscription reports it, once it is ready. */
export type RestoredPhoto = PhotoReadySubscription['photoReady'];

const EXAMPLE = fileURLToPath(new URL('../test/fixtures/portrait-scratched.jpg', import.meta.url));

/**
 * Runs an example on the command line. Takes the picture and the output path as arguments, and
 * `GRAPHQL_ENDPOINT` and `IDEMPOTENCY_KEY` from the environment. Describes a failure in words, with
 * exit code 1.
 */
export async function run(restore: (order: Order) => Promise<RestoredPhoto>): Promise<void> {
  const [picture = EXAMPLE, output = 'restored.jpg'] = process.argv.slice(2);
  const {
    GRAPHQL_ENDPOINT: endpoint = 'http://127.0.0.1:4000/graphql',
    IDEMPOTENCY_KEY: idempotencyKey = crypto.randomUUID(),
  } = process.env;
  try {
    const file = new File([await openAsBlob(picture)], basename(picture));
    const { downloadUrl } = await restore({ endpoint, file, idempotencyKey });
    if (!downloadUrl) throw new Error('The restored picture has been deleted');
    await save(downloadUrl.url, output);
    console.log(`Saved as ${output}`);
  } catch (error) {
    console.error(explain(error));
    if (!(error instanceof GatewayError) || error.retryable) {
      console.error(`Another try is charged once at most: IDEMPOTENCY_KEY=${idempotencyKey}`);
    }
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof GatewayError) return `${error.code}: ${error.message}${costOf(error)}`;
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`;
}

function costOf({ charged }: GatewayError): string {
  if (charged === false) return ' Nothing was charged.';
  return charged === null ? ' It may have been charged.' : '';
}
