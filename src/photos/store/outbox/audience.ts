/** Who is told what happens to photos. The store asks in the transaction that changes a photo. */
export interface Audience {
  /** Whether nobody is told of any photo. Then a change of a photo costs nothing more. */
  readonly isEmpty: boolean;
  /** The names of the receivers that are told of this client's photos. */
  receiversOf(client: string): readonly string[];
  /** Called after deliveries were stored. Must not throw, and must not block. */
  onAdded(): void;
}

/** For a gateway without webhooks. */
export const nobody: Audience = {
  isEmpty: true,
  receiversOf: () => [],
  onAdded: () => undefined,
};
