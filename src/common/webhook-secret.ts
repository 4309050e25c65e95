import { randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** The bounds of the specification, in bytes. */
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** Makes a secret that signs webhooks, in the form of the Standard Webhooks specification. */
export function makeWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`;
}

/** What is wrong with such a secret, as text that follows its name; null for nothing. */
export function faultOfWebhookSecret(text: string): string | null {
  const base64 = text.slice(PREFIX.length);
  const bytes = Buffer.from(base64, 'base64');
  if (!text.startsWith(PREFIX) || bytes.toString('base64') !== base64) {
    return 'must be whsec_ and base64, as `npm run webhooks -- secret` prints it';
  }
  if (bytes.length < LEAST_BYTES || bytes.length > MOST_BYTES) {
    return `must be ${LEAST_BYTES} to ${MOST_BYTES} bytes after whsec_, in base64`;
  }
  return null;
}
