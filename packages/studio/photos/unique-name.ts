/** The name, or `name (2).jpg` if it is taken. */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  const [, stem = name, ending = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? [];
  let unique = name;
  for (let count = 2; taken.has(unique); count += 1) unique = `${stem} (${count})${ending}`;
  return unique;
}
