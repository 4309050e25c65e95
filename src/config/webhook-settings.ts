import { faultOfWebhookAddress } from '../common/webhook-address.ts';
import { ConfigError } from './config-error.ts';
import type { Settings } from './settings.ts';

/** Where webhooks are sent, and how they are signed. */
export function webhookConfig(settings: Settings) {
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secrets, WEBHOOK_PRIVATE_HOSTS } = settings;
  const privateHosts = WEBHOOK_PRIVATE_HOSTS ?? [];
  if (url === undefined && secrets !== undefined) {
    throw new ConfigError('WEBHOOK_SECRET has no effect when WEBHOOK_URL is not set');
  }
  if (url !== undefined && secrets === undefined) {
    throw new ConfigError(
      'WEBHOOK_SECRET is required with WEBHOOK_URL: `npm run webhooks -- secret` makes one',
    );
  }
  const fault = url && faultOfWebhookAddress(url, privateHosts);
  if (fault) throw new ConfigError(`WEBHOOK_URL ${fault}`);
  return Object.freeze({
    receiver: url && secrets ? Object.freeze({ url, secrets }) : null,
    privateHosts,
    timeoutMs: settings.WEBHOOK_TIMEOUT_MS,
  });
}
