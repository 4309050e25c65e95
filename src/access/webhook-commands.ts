import { faultOfWebhookAddress } from '../common/webhook-address.ts';
import { makeWebhookSecret } from '../common/webhook-secret.ts';
import { readKeys, UsageError, writeKeys } from './key-commands.ts';
import { webhookUrl, type WebhookEntry } from './key-file.ts';

/** The options of `webhook`. */
export interface WebhookOptions {
  readonly name: string;
  /** The new address. @default the one it has */
  readonly url?: string | undefined;
  /** Adds a new secret, which signs beside the earlier ones. @default false */
  readonly rotate?: boolean | undefined;
  /** Removes all secrets but the newest. @default false */
  readonly retire?: boolean | undefined;
  /** Removes the webhook. @default false */
  readonly remove?: boolean | undefined;
}

/** A secret is changed in two steps, so more than two at a time help nobody. */
const MAX_SECRETS = 2;

/**
 * Sets, changes or removes the webhook of a client in the file at `path`.
 * @returns its secrets, the newest first; empty if it was removed.
 * @throws UsageError if the client has no key, or no webhook to be changed, or the address is malformed, or the
 * options contradict each other.
 */
export async function changeWebhook(
  path: string,
  options: WebhookOptions,
): Promise<readonly string[]> {
  const { name } = options;
  requireOneChange(options);
  const { keys, webhooks } = await readKeys(path);
  if (!keys.some(({ client }) => client === name)) throw new UsageError(`${name} has no key.`);
  const changed = changedBy(options, webhooks.find(({ client }) => client === name) ?? null);
  const others = webhooks.filter(({ client }) => client !== name);
  await writeKeys(path, { keys, webhooks: changed === null ? others : [...others, changed] });
  return changed?.secrets ?? [];
}

/** What is needed besides, so that the gateway sends to this address; null for nothing. */
export function needOfAddress(url: string): string | null {
  const { hostname } = new URL(url);
  if (faultOfWebhookAddress(new URL(url), []) === null) return null;
  return `A gateway sends nothing there unless WEBHOOK_PRIVATE_HOSTS names ${hostname}: the address is private, or not https.`;
}

function requireOneChange({ url, rotate, retire, remove }: WebhookOptions): void {
  const changes = [rotate, retire, remove].filter((change) => change === true).length;
  if (changes < 2 && !(remove === true && url !== undefined)) return;
  throw new UsageError('Give one of --rotate, --retire and --remove, the last without an address.');
}

function changedBy(options: WebhookOptions, known: WebhookEntry | null): WebhookEntry | null {
  if (options.remove === true) return null;
  const url = options.url === undefined ? known?.url : addressOf(options.url);
  if (url === undefined) {
    throw new UsageError(`${options.name} has no webhook: give its address too.`);
  }
  const secrets = known?.secrets ?? [makeWebhookSecret()];
  if (options.rotate === true && known !== null) {
    const rotated = [makeWebhookSecret(), ...secrets].slice(0, MAX_SECRETS);
    return { client: options.name, url, secrets: rotated };
  }
  const kept = options.retire === true ? secrets.slice(0, 1) : secrets;
  return { client: options.name, url, secrets: kept };
}

function addressOf(text: string): string {
  const parsed = webhookUrl.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`The address ${parsed.error.issues[0]?.message}`);
}
