/** The settings as they are in the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Typical mistakes that make a value meaningless. */
const MISTAKES: readonly (readonly [form: RegExp, message: string])[] = [
  [/^(["'`]).*\1$/s, 'is wrapped in quotes, which would be part of the value: leave them out'],
  [
    /^\$\{[^{}]*\}$|^\{\{.*\}\}$|^<[^<>]*>$|^(?:…|\.{3,}|\*{2,})$/s,
    'is a placeholder that was not filled in',
  ],
  [
    /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]/u,
    'contains a line break or another invisible character: type it again',
  ],
];

/**
 * The values of the settings called `names`, without white space around them. An empty value counts as not
 * set, because a line `NAME=` in an environment file means that.
 */
export function givenSettings(env: Environment, names: readonly string[]) {
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = env[name]?.trim() ?? '';
    if (value !== '') given[name] = value;
  }
  return given;
}

/** What is wrong with a value of any setting, as text that follows the setting's name. Null for nothing. */
export function mistakeIn(value: string): string | null {
  return MISTAKES.find(([form]) => form.test(value))?.[1] ?? null;
}

const MAX_QUOTED_LENGTH = 60;

/** Quotes a value, or a part of one, for a message of one line. Never use it for a secret. */
export function quoted(value: string): string {
  const text = value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return `"${text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text}"`;
}
