import { Kind, parse, print, separateOperations } from 'graphql';
import { fileNames, headersLiteral, pickFiles, templateLiteral } from './snippet-text.ts';
import type { SnippetRequest } from './snippet-request.ts';

const METHODS = {
  query: ['query', 'query'],
  mutation: ['mutate', 'mutation'],
  subscription: ['subscribe', 'query'],
} as const;

/** The operation for Apollo Client 4, with apollo-upload-client 20 if it sends files. */
export function apolloSnippet(request: SnippetRequest): string {
  const { url, type, files, headers } = request;
  const [method, field] = METHODS[type];
  const link = files.length > 0 ? 'UploadHttpLink' : 'HttpLink';
  const sent =
    files.length > 0 ? [...headers, ['Apollo-Require-Preflight', 'true'] as const] : headers;
  const options = [
    `uri: ${JSON.stringify(url)}`,
    ...(sent.length > 0 ? [`headers: ${headersLiteral(sent)}`] : []),
  ];
  const call = [
    `client.${method}({`,
    `  ${field}: gql${templateLiteral(singleOperation(request))},`,
    `  variables: ${variablesLiteral(request)},`,
    '})',
  ].join('\n');
  return [
    `import { ApolloClient, gql, ${files.length > 0 ? '' : 'HttpLink, '}InMemoryCache } from '@apollo/client';`,
    ...(files.length > 0
      ? [`import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';`]
      : []),
    '',
    ...pickFiles(files.length),
    `const client = new ApolloClient({`,
    `  cache: new InMemoryCache(),`,
    `  link: new ${link}({ ${options.join(', ')} }),`,
    `});`,
    ...(type === 'subscription'
      ? [`${call}.subscribe({ next: ({ data }) => console.log(data), error: console.error });`]
      : [`const { data } = await ${call};`, 'console.log(data);']),
  ].join('\n');
}

/** Apollo Client takes a document with one operation. */
function singleOperation({ query, operationName }: SnippetRequest): string {
  const document = parse(query);
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operations.length < 2) return query;
  const single = separateOperations(document)[operationName ?? ''];
  return single === undefined ? query : print(single);
}

function variablesLiteral({ variables, files }: SnippetRequest): string {
  const names = fileNames(files.length);
  const picked = new Map(files.map(([variable], index) => [variable, names[index] ?? 'file']));
  const fields = new Map(
    Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  for (const [variable, name] of picked) fields.set(variable, name);
  const lines = [...fields].map(([name, value]) => `${JSON.stringify(name)}: ${value}`);
  return `{ ${lines.join(', ')} }`;
}
