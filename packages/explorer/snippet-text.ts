/** The text as a template literal of JavaScript, which keeps its lines. */
export function templateLiteral(text: string): string {
  return `\`${text.replaceAll(/[`\\]|\$(?=\{)/g, String.raw`\$&`)}\``;
}

/** The headers as an object literal. */
export function headersLiteral(
  headers: readonly (readonly [name: string, value: string])[],
): string {
  const fields = headers.map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

/** The names of the picked files in a snippet. */
export function fileNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => (index === 0 ? 'file' : `file${index}`));
}

/** The lines that take the files from the page. */
export function pickFiles(count: number): readonly string[] {
  const names = fileNames(count).join(', ');
  return count === 0
    ? []
    : [`const [${names}] = document.querySelector('input[type=file]').files;`];
}
