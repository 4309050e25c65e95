import { z } from 'zod';
import { DELIVERY_STATES } from '../photos/store/outbox/delivery.ts';
import type { ListedDelivery, Outbox } from '../photos/store/outbox/outbox.ts';

const MAX_LISTED = 10_000;
const MAX_IDS = 1000;

/** What an operator can ask of the outbox. */
export const operatorCommand = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('list'),
    state: z.enum(DELIVERY_STATES).optional(),
    receiver: z.string().optional(),
    limit: z.int().min(1).max(MAX_LISTED),
  }),
  z.strictObject({
    command: z.literal('resend'),
    /** Null for all that failed. */
    ids: z.array(z.string()).max(MAX_IDS).nullable(),
    receiver: z.string().optional(),
  }),
  z.strictObject({ command: z.literal('disabled') }),
  z.strictObject({ command: z.literal('enable'), receiver: z.string() }),
]);

export type OperatorCommand = z.infer<typeof operatorCommand>;

/** What comes of a command, in the form that `--json` prints. */
export const operatorResult = z.union([
  z.strictObject({
    webhooks: z.array(
      z.strictObject({
        id: z.string(),
        receiver: z.string(),
        photoId: z.string(),
        type: z.string(),
        state: z.string(),
        occurredAt: z.string(),
        attempts: z.int(),
        reason: z.string().nullable(),
      }),
    ),
  }),
  z.strictObject({ sentAgain: z.int() }),
  z.strictObject({ disabled: z.array(z.string()) }),
  z.strictObject({ enabled: z.boolean() }),
]);

export type OperatorResult = z.infer<typeof operatorResult>;

type CommandedOutbox = Pick<Outbox, 'list' | 'resend' | 'disabled' | 'enable'>;

export async function runOperatorCommand(
  outbox: CommandedOutbox,
  command: OperatorCommand,
): Promise<OperatorResult> {
  if (command.command === 'list') {
    const listed = await outbox.list(command, command.limit);
    return { webhooks: listed.map(shownOf) };
  }
  if (command.command === 'resend') {
    return { sentAgain: await outbox.resend(command.ids, command.receiver) };
  }
  if (command.command === 'enable') return { enabled: await outbox.enable(command.receiver) };
  return { disabled: [...(await outbox.disabled()).keys()] };
}

function shownOf(webhook: ListedDelivery) {
  return { ...webhook, occurredAt: webhook.occurredAt.toISOString() };
}

/** The result for a person to read. */
export function describeResult(result: OperatorResult): string {
  if ('webhooks' in result) {
    if (result.webhooks.length === 0) return 'None.\n';
    const lines = result.webhooks.map((webhook) =>
      [
        webhook.occurredAt,
        webhook.id,
        webhook.type.padEnd('photo.expired'.length),
        webhook.photoId,
        webhook.receiver,
        webhook.state,
        `${webhook.attempts} failed`,
        webhook.reason ?? '',
      ].join('  '),
    );
    return lines.map((line) => `${line.trimEnd()}\n`).join('');
  }
  if ('sentAgain' in result) return `${result.sentAgain} are sent again.\n`;
  if ('enabled' in result) {
    return result.enabled
      ? 'It gets webhooks again, from the next event on.\n'
      : 'It was not disabled.\n';
  }
  return result.disabled.length === 0 ? 'None.\n' : `${result.disabled.join('\n')}\n`;
}
