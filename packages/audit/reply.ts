import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

/** A complete response. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The text as received, truncated at a mebibyte. */
  readonly text: string;
  /** The body as a GraphQL result; null if it is not one. */
  readonly result: GraphQLResult | null;
}

/**
 * The result of a request: a response, a connection that broke before one, or nothing within the
 * time.
 */
export type Reply =
  | Answer
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'silence'; readonly timeoutMs: number };

const graphqlResult = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.unknown() }).partial().optional(),
      }),
    )
    .nonempty()
    .optional(),
});

/** A GraphQL response: the result of an operation, or why there is none. */
export type GraphQLResult = z.infer<typeof graphqlResult>;

/** Parses `text` as a GraphQL result; null if it is not one. */
export function parseResult(text: string): GraphQLResult | null {
  try {
    const { success, data } = graphqlResult.safeParse(JSON.parse(text));
    return success && (data.data !== undefined || data.errors !== undefined) ? data : null;
  } catch {
    return null;
  }
}

/** Describes a response or its absence in a few words, for the table. */
export function describe(reply: Reply): string {
  if (reply.kind === 'broken') return `the connection broke (${reply.why})`;
  if (reply.kind === 'silence') return `no answer within ${reply.timeoutMs} ms`;
  const [error] = reply.result?.errors ?? [];
  if (error) {
    const code = error.extensions?.code;
    return shorten(
      `${reply.status} ${typeof code === 'string' ? `${code}: ` : ''}${error.message}`,
    );
  }
  return shorten(`${reply.status} ${reply.text}`);
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
