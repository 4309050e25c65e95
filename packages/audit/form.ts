/** The delimiter of the parts, as long as no content contains it. */
export const BOUNDARY = 'audit-of-a-graphql-server';

/** One part of a form: its header lines and its content. */
export interface Part {
  readonly headers: readonly string[];
  readonly content: string | Buffer;
}

/** A text part. Content that is not a string is written as JSON. */
export function field(name: string, content: unknown): Part {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { headers: [`Content-Disposition: form-data; name="${name}"`], content: text };
}

/** A file part. `disposition` replaces its file name in the header. */
export function file(
  name: string,
  content: string | Buffer,
  disposition = 'filename="photo.png"',
): Part {
  return {
    headers: [
      `Content-Disposition: form-data; name="${name}"; ${disposition}`,
      'Content-Type: image/png',
    ],
    content,
  };
}

/** The beginning of a form: `parts`, without the end. */
export function openForm(parts: readonly Part[], boundary = BOUNDARY): Buffer {
  return Buffer.concat(
    parts.flatMap(({ headers, content }, index) => [
      Buffer.from(`${index === 0 ? '' : '\r\n'}--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
      Buffer.from(content),
    ]),
  );
}

/** A complete form, from its first boundary to its last. */
export function wholeForm(parts: readonly Part[], boundary = BOUNDARY): Buffer {
  return Buffer.concat([openForm(parts, boundary), formEnd(boundary)]);
}

/** The closing delimiter after the last part. */
export function formEnd(boundary = BOUNDARY): Buffer {
  return Buffer.from(`\r\n--${boundary}--\r\n`);
}
