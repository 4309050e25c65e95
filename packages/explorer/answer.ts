import { GraphQLError, type ExecutionResult } from 'graphql';

/**
 * Reads a response. One that is not GraphQL, such as a proxy's page, becomes an error that shows
 * it.
 */
export async function readAnswer(response: Response): Promise<ExecutionResult> {
  return parseAnswer(response, await response.text());
}

/** Like `readAnswer`, of a response whose text was read. */
export function parseAnswer(
  response: Pick<Response, 'status' | 'statusText'>,
  text: string,
): ExecutionResult {
  const value = parseJson(text);
  if (isExecutionResult(value)) return value;
  const said = text.slice(0, 300).trim();
  return failure(
    `This is not a GraphQL response but HTTP ${response.status} ${response.statusText}` +
      (said === '' ? '.' : `: ${said}`),
  );
}

/** Such as `200 OK`. Over HTTP/2 there is only the number. */
export function statusOf({ status, statusText }: Response): string {
  return `${status} ${statusText}`.trim();
}

/**
 * A result that the page itself makes, shown like the gateway's. It has the gateway's `code` if it
 * means the same.
 */
export function failure(message: string, code?: string): ExecutionResult {
  return {
    errors: [new GraphQLError(message, code === undefined ? {} : { extensions: { code } })],
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isExecutionResult(value: unknown): value is ExecutionResult {
  return isRecord(value) && (isRecord(value['data']) || Array.isArray(value['errors']));
}

/** Undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
