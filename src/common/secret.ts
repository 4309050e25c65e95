import { inspect } from 'node:util';

/** A text that must never be printed: every way of showing it gives `[secret]`. */
export interface Secret {
  /** The text itself. Call it where it is used and keep the result nowhere. */
  reveal(): string;
  /** Gives `[secret]`, as do JSON and the inspector. */
  toString(): string;
}

const redacted = () => '[secret]';

/** Wraps `text` so that logs, JSON, templates and the inspector show `[secret]` instead of it. */
export function createSecret(text: string): Secret {
  return Object.freeze({
    reveal: () => text,
    toString: redacted,
    toJSON: redacted,
    [inspect.custom]: redacted,
  });
}
