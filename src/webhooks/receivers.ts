import { hash } from 'node:crypto';
import type { Secret } from '../common/secret.ts';
import type { Audience } from '../photos/store/outbox/audience.ts';

/** Where webhooks are sent, and the secrets that sign them, the current one first. */
export interface WebhookTarget {
  readonly url: URL;
  readonly secrets: readonly Secret[];
}

export interface Receiver extends WebhookTarget {
  /** `WEBHOOK_URL`, or the name of a client, such as `key:anna`. */
  readonly name: string;
}

/** Who receives webhooks now. */
export interface Receivers extends Audience {
  /** The receiver of this name; null if there is none any more. */
  find(name: string): Receiver | null;
  /** Whether the receiver wants no more webhooks at this address. */
  isDisabled(receiver: Receiver): boolean;
  /** Replaces what is known of disabled receivers: the hash of its address for each name. */
  setDisabled(disabled: ReadonlyMap<string, string>): void;
  /** Has `added` called whenever deliveries were added; null to end that. */
  follow(added: (() => void) | null): void;
}

export interface ReceiversOptions {
  /** The receiver of the events of all clients; null for none. */
  readonly operator: WebhookTarget | null;
  /** The receivers of clients now, by the names of these. They may change. */
  readonly clients: () => ReadonlyMap<string, WebhookTarget>;
}

/** The name of the receiver of all events. No client has it: their names have a colon. */
const OPERATOR = 'WEBHOOK_URL';

export function createReceivers({ operator, clients }: ReceiversOptions): Receivers {
  let disabled: ReadonlyMap<string, string> = new Map();
  let follower: (() => void) | null = null;

  function find(name: string): Receiver | null {
    const target = name === OPERATOR ? operator : clients().get(name);
    return target ? { ...target, name } : null;
  }

  const isDisabled = (receiver: Receiver) => disabled.get(receiver.name) === addressHash(receiver);

  return {
    get isEmpty() {
      return operator === null && clients().size === 0;
    },
    receiversOf: (client) =>
      [OPERATOR, client].filter((name) => {
        const receiver = find(name);
        return receiver !== null && !isDisabled(receiver);
      }),
    onAdded: () => follower?.(),
    find,
    isDisabled,
    setDisabled: (known) => void (disabled = known),
    follow: (added) => void (follower = added),
  };
}

/** Stands for the address where it is stored: an address may hold a token of its receiver. */
export function addressHash({ url }: WebhookTarget): string {
  return hash('sha256', url.href);
}
