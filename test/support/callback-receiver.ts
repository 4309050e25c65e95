import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { z } from 'zod';
import { listen } from './listen.ts';

const messageSchema = z.looseObject({
  kind: z.literal('subscription'),
  action: z.enum(['check', 'next', 'complete']),
  id: z.string(),
  verifier: z.string(),
});

export type CallbackMessage = z.infer<typeof messageSchema>;

/** A message as it came. */
export interface ReceivedCall {
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly message: CallbackMessage;
}

/** How a message is answered: by a status, a redirect to another address, or never. */
export type CallbackAnswer = number | { readonly location: string } | 'never';

export interface CallbackReceiver extends AsyncDisposable {
  readonly url: string;
  /** What came, in its order. */
  readonly calls: readonly ReceivedCall[];
  /** Decides the answers from now on. Until then each message is taken. */
  answer(how: (message: CallbackMessage, index: number) => CallbackAnswer): void;
  /** Resolves with the calls once there are this many of one action. */
  received(action: CallbackMessage['action'], count?: number): Promise<readonly ReceivedCall[]>;
}

/** What a router does to take part in the HTTP callback protocol, over real HTTP. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const calls: ReceivedCall[] = [];
  let answerTo: (message: CallbackMessage, index: number) => CallbackAnswer = taken;
  const server = createServer((req, res) => {
    void (async () => {
      const message = messageSchema.parse(JSON.parse(await text(req)));
      calls.push({ path: req.url, headers: req.headers, message });
      const sameBefore = calls.filter((call) => call.message.action === message.action).length - 1;
      const answer = answerTo(message, sameBefore);
      if (answer === 'never') return;
      if (typeof answer === 'number') res.writeHead(answer).end();
      else res.writeHead(307, { location: answer.location }).end();
    })();
  });
  const listening = await listen(server);
  return {
    ...listening,
    calls,
    answer(how) {
      answerTo = how;
    },
    async received(action, count = 1) {
      const ofAction = () => calls.filter(({ message }) => message.action === action);
      await vi.waitUntil(() => ofAction().length >= count, { timeout: 30_000, interval: 5 });
      return ofAction();
    },
  };
}

function taken({ action }: CallbackMessage): number {
  return action === 'check' ? 204 : 200;
}
