/** A part of a form, read without any check. */
interface NaivePart {
  readonly name: string;
  readonly isFile: boolean;
  readonly content: string;
}

/** The operation of a form, read by a parser that expects only well-formed input. */
export function readNaiveForm(contentType: string, body: string): Record<string, unknown> {
  const [, boundary = ''] = /^multipart\/form-data; boundary=(\S+)$/.exec(contentType) ?? [];
  const parts = new Map(readParts(body, boundary).map((part) => [part.name, part]));
  const operations: Record<string, unknown> = JSON.parse(parts.get('operations')?.content ?? '{}');
  const map: Record<string, string[]> = JSON.parse(parts.get('map')?.content ?? '{}');
  for (const [name, paths] of Object.entries(map)) {
    const part = parts.get(name);
    for (const path of paths) setDeep(operations, path, part?.isFile ? part : part?.content);
  }
  return operations;
}

function readParts(body: string, boundary: string): readonly NaivePart[] {
  return body
    .split(`--${boundary}`)
    .slice(1)
    .filter((piece) => !piece.startsWith('--'))
    .map((piece) => {
      const [headers = '', ...rest] = piece.split('\r\n\r\n');
      const content = rest.join('\r\n\r\n').replace(/\r\n$/, '');
      const [, name] = / name="([^"]*)"/.exec(headers) ?? [];
      if (name === undefined) throw new Error('A part has no name.');
      return { name, isFile: headers.includes('filename='), content };
    });
}

/** Follows any path, wherever it leads. */
function setDeep(root: object, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let place: unknown = root;
  for (const name of names) {
    place = Reflect.get(Object(place), name);
    if (!place) throw new Error(`There is no ${path}.`);
  }
  Reflect.set(Object(place), last, value);
}
