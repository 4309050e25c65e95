import { stripIgnoredCharacters } from 'graphql';
import { bodyOf, mapOf, type SnippetRequest } from './snippet-request.ts';

/** The operation as a command for a POSIX shell. */
export function curlSnippet(request: SnippetRequest): string {
  const { url, type, files, headers } = request;
  const body = JSON.stringify(bodyOf({ ...request, query: stripIgnoredCharacters(request.query) }));
  const own = headers.filter(([, value]) => value !== '');
  const sent = own.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`);
  if (type === 'subscription') sent.push("--header 'Accept: text/event-stream'");
  const parts =
    files.length === 0
      ? ["--header 'Content-Type: application/json'", `--data-raw ${quote(body)}`]
      : [
          "--header 'GraphQL-Preflight: 1'",
          `--form-string ${quote(`operations=${body}`)}`,
          `--form-string ${quote(`map=${JSON.stringify(mapOf(files))}`)}`,
          ...files.map(([, name], index) => `--form ${quote(`${index}=@${fileArgument(name)}`)}`),
        ];
  const command = type === 'subscription' ? 'curl --no-buffer' : 'curl';
  return [`${command} ${quote(url)}`, ...sent, ...parts].join(' \\\n  ');
}

/** Nothing within single quotes has a meaning to a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Otherwise curl would take what follows a comma or semicolon for further files or settings. */
function fileArgument(name: string): string {
  return /[,;"\\]/.test(name) ? `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"` : name;
}
