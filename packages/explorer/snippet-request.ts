import type { OperationTypeNode } from 'graphql';

/** An operation as it is now, with all that a program needs to send it. */
export interface SnippetRequest {
  /** The whole address of the endpoint. */
  readonly url: string;
  readonly query: string;
  readonly operationName: string | null;
  readonly type: `${OperationTypeNode}`;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The variables that are files, each with the name of its file. */
  readonly files: readonly (readonly [variable: string, fileName: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The body of the operation as JSON, with null in the place of each file. */
export function bodyOf(request: SnippetRequest): object {
  const { query, operationName, variables, files } = request;
  const nulls = Object.fromEntries(files.map(([name]) => [name, null]));
  return {
    query,
    variables: { ...variables, ...nulls },
    ...(operationName !== null && { operationName }),
  };
}

/** Which part of the form belongs to which variable. */
export function mapOf(files: SnippetRequest['files']): object {
  return Object.fromEntries(files.map(([name], index) => [index, [`variables.${name}`]]));
}
