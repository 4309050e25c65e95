/** Settings as they are written in the environment, by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an accident has put around a value, or in its place, so that it means nothing. */
const ACCIDENTS: readonly (readonly [form: RegExp, message: string])[] = [
  [/^(["'`]).*\1$/s, 'is wrapped in quotes, which would be a part of it: leave them out'],
  [
    /^\$\{[^{}]*\}$|^\{\{.*\}\}$|^<[^<>]*>$|^(?:…|\.{3,}|\*{2,})$/s,
    'is a placeholder in which nothing was filled',
  ],
  [
    /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]/u,
    'holds a line break or another character that cannot be seen: write it anew',
  ],
];

/**
 * What is given of the settings called `names`, without the blanks and line ends around it. One that is
 * empty then counts as unset, as a line `NAME=` in an environment file means it.
 */
export function givenSettings(env: Environment, names: readonly string[]) {
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = env[name]?.trim() ?? '';
    if (value !== '') given[name] = value;
  }
  return given;
}

/** What is wrong with a value whatever setting it is of, to be put after its name; null for nothing. */
export function accidentIn(value: string): string | null {
  return ACCIDENTS.find(([form]) => form.test(value))?.[1] ?? null;
}

const SHOWN_LENGTH = 60;

/** A value, or a part of one, as a message of one line can show it. Never for a secret. */
export function shown(value: string): string {
  const text = value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return `"${text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text}"`;
}
