import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { makeWebhookSecret } from '../../src/common/webhook-secret.ts';
import { listen } from './listen.ts';

const message = z.strictObject({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.strictObject({
    id: z.string(),
    client: z.string(),
    status: z.string(),
    name: z.string().nullable(),
    repairType: z.string().nullable(),
    background: z.string().nullable(),
    originalUrl: z.string().nullable(),
    uploadedAt: z.iso.datetime().nullable(),
    readyAt: z.iso.datetime().nullable(),
    downloadUrl: z
      .strictObject({ url: z.string(), expiresAt: z.iso.datetime().nullable() })
      .nullable(),
  }),
});

/** A webhook whose signature was right. */
export interface ReceivedWebhook extends z.infer<typeof message> {
  /** The header `webhook-id`. */
  readonly webhookId: string;
  readonly headers: IncomingHttpHeaders;
}

/** What is answered: a status, perhaps with headers, or nothing at all. */
export type WebhookAnswer = number | { status: number; headers: Record<string, string> } | 'hang';

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  /** All that was received, in the order of arrival, also what was answered with an error. */
  readonly received: readonly ReceivedWebhook[];
  /** The greatest number of requests at a time that were not answered. */
  readonly mostOpen: number;
  /** Resolves once this many have been received. */
  until(count: number): Promise<readonly ReceivedWebhook[]>;
}

/** A receiver of webhooks on loopback, which verifies what it gets as the documents show. */
export async function startWebhookReceiver(
  answer: (
    webhook: ReceivedWebhook,
    earlier: number,
  ) => WebhookAnswer | Promise<WebhookAnswer> = () => 204,
  secret = makeWebhookSecret(),
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const waiting = new Set<() => void>();
  let open = 0;
  let mostOpen = 0;

  function verify(body: string, headers: IncomingHttpHeaders): ReceivedWebhook {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const content = message.parse(new Webhook(secret).verify(body, signed));
    return { ...content, webhookId: String(headers['webhook-id']), headers };
  }

  async function respond(body: string, headers: IncomingHttpHeaders, res: ServerResponse) {
    const webhook = verify(body, headers);
    received.push(webhook);
    for (const look of waiting) look();
    const given = await answer(webhook, received.length - 1);
    if (given === 'hang') return;
    const { status, headers: more = {} } = typeof given === 'number' ? { status: given } : given;
    res.writeHead(status, more).end();
  }

  const server = createServer((req, res) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    res.on('close', () => (open -= 1));
    text(req)
      .then((body) => respond(body, req.headers, res))
      .catch((error: unknown) => res.writeHead(400).end(String(error)));
  });
  const listening = await listen(server);
  return {
    ...listening,
    secret,
    received,
    get mostOpen() {
      return mostOpen;
    },
    until(count) {
      const done = Promise.withResolvers<readonly ReceivedWebhook[]>();
      function look() {
        if (received.length < count) return;
        waiting.delete(look);
        done.resolve(received);
      }
      waiting.add(look);
      look();
      return done.promise;
    },
  };
}

/** The settings that have a gateway send its webhooks to this receiver. */
export function webhookEnv({ url, secret }: Pick<WebhookReceiver, 'url' | 'secret'>) {
  return { WEBHOOK_URL: `${url}/hook`, WEBHOOK_SECRET: secret, WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' };
}
