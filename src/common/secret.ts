import { inspect } from 'node:util';

/** A text that must never be printed. Every way to print it gives `[secret]`. */
export interface Secret {
  /** The text itself. Call it only where the text is used, and do not store the result. */
  reveal(): string;
  /** `[secret]`, as in JSON and in the inspector. */
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
