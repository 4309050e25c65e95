/** The command was asked for something that it cannot do. The message says what to ask for instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
