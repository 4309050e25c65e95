import { fileNames, headersLiteral, pickFiles, templateLiteral } from './snippet-text.ts';
import { mapOf, type SnippetRequest } from './snippet-request.ts';

/** The operation as JavaScript of a browser or Node, with nothing but fetch. */
export function fetchSnippet(request: SnippetRequest): string {
  const { url, query, type, files, headers } = request;
  const added: [string, string][] = [];
  if (type === 'subscription') added.push(['Accept', 'text/event-stream']);
  // The browser sets the content type of a form, with its boundary.
  if (files.length > 0) added.push(['GraphQL-Preflight', '1']);
  else added.push(['Content-Type', 'application/json']);
  return [
    ...pickFiles(files.length),
    `const query = ${templateLiteral(query)};`,
    `const operation = ${operationLiteral(request)};`,
    ...formLines(files),
    `const response = await fetch(${JSON.stringify(url)}, {`,
    `  method: 'POST',`,
    `  headers: ${headersLiteral([...headers, ...added])},`,
    `  body: ${files.length > 0 ? 'form' : 'JSON.stringify(operation)'},`,
    `});`,
    ...(type === 'subscription' ? READ_EVENTS : ['console.log(await response.json());']),
  ].join('\n');
}

function operationLiteral({ operationName, variables, files }: SnippetRequest): string {
  const nulls = Object.fromEntries(files.map(([name]) => [name, null]));
  const name = operationName === null ? '' : `, operationName: ${JSON.stringify(operationName)}`;
  return `{ query, variables: ${JSON.stringify({ ...variables, ...nulls }, null, 2)}${name} }`;
}

function formLines(files: SnippetRequest['files']): readonly string[] {
  if (files.length === 0) return [];
  return [
    'const form = new FormData();',
    `form.append('operations', JSON.stringify(operation));`,
    `form.append('map', '${JSON.stringify(mapOf(files))}');`,
    ...fileNames(files.length).map((name, index) => `form.append('${index}', ${name});`),
  ];
}

const READ_EVENTS = [
  'const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();',
  `let text = '';`,
  'for (;;) {',
  '  const { done, value } = await reader.read();',
  '  if (done) break;',
  String.raw`  const events = (text + value).split('\n\n');`,
  '  text = events.pop();',
  '  for (const event of events) {',
  '    const data = /^data: (.+)$/m.exec(event)?.[1];',
  '    if (data) console.log(JSON.parse(data));',
  '  }',
  '}',
];
