/** A statement, or a part of one, with its values apart from its text. */
export interface Sql {
  /** One more text than there are values. */
  readonly texts: readonly string[];
  readonly values: readonly SqlValue[];
}

export type SqlValue =
  string | number | boolean | null | Uint8Array | readonly string[] | readonly number[];

/** Makes a statement of a template. Values become parameters; parts that are `Sql` become text. */
export function sql(parts: TemplateStringsArray, ...given: readonly (SqlValue | Sql)[]): Sql {
  const texts = [parts[0] ?? ''];
  const values: SqlValue[] = [];
  for (const [index, value] of given.entries()) {
    const after = parts[index + 1] ?? '';
    if (isSql(value)) {
      append(value.texts[0] ?? '');
      values.push(...value.values);
      texts.push(...value.texts.slice(1));
      append(after);
    } else {
      values.push(value);
      texts.push(after);
    }
  }

  function append(text: string) {
    texts.push(`${texts.pop() ?? ''}${text}`);
  }

  return { texts, values };
}

/** A text that is part of the program, as a statement. */
export function rawSql(text: string): Sql {
  return { texts: [text], values: [] };
}

/** The text of a statement, with its parameters by number. */
export function textOf({ texts }: Sql): string {
  return texts.reduce((text, next, index) => `${text}$${index}${next}`);
}

function isSql(value: SqlValue | Sql): value is Sql {
  return typeof value === 'object' && value !== null && 'texts' in value;
}
