import { apolloSnippet } from './snippet-apollo.ts';
import { curlSnippet } from './snippet-curl.ts';
import { fetchSnippet } from './snippet-fetch.ts';
import type { SnippetRequest } from './snippet-request.ts';

/** An operation written for another client, by the name that users see. */
export const SNIPPETS = {
  curl: curlSnippet,
  fetch: fetchSnippet,
  Apollo: apolloSnippet,
} as const satisfies Readonly<Record<string, (request: SnippetRequest) => string>>;

export type SnippetKind = keyof typeof SNIPPETS;
