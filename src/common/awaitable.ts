/** A value, or a promise of it where there is something to wait for. */
export type Awaitable<Value> = Value | Promise<Value>;

/**
 * Passes `value` on as soon as it is there: at once if it is no promise. Most queries wait for nothing, and an
 * async function for each of their steps costs more than the steps do.
 */
export function andThen<Value, Next>(
  value: Awaitable<Value>,
  use: (value: Value) => Awaitable<Next>,
): Awaitable<Next> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** Does `work`. If that fails, now or later, the result is that of `recover`. */
export function orElse<Value>(
  work: () => Awaitable<Value>,
  recover: (error: unknown) => Awaitable<Value>,
): Awaitable<Value> {
  try {
    const value = work();
    return value instanceof Promise ? value.catch(recover) : value;
  } catch (error) {
    return recover(error);
  }
}
