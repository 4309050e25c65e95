import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { createDocumentCache } from '../limits/document-cache.ts';
import { documentIdOf } from '../limits/document-id.ts';
import { parseWithinLimits } from '../limits/parse-within-limits.ts';
import { unregistered, untrusted, type TrustedDocuments } from '../limits/trusted-documents.ts';

export interface DocumentsOptions {
  /** Null if there are none. */
  readonly trusted: TrustedDocuments | null;
  /** Whether any other document is rejected. */
  readonly trustedOnly: boolean;
}

/**
 * Turns the text of a request into a document, on every transport: it parses within the limits, and rejects
 * documents that are not trusted if only trusted ones may run. It replaces Yoga's document cache, which
 * limits the number of documents but not their size. That cache would also keep the document that an empty
 * text stood for in one request, and use it for the next.
 */
export function useDocuments({ trusted, trustedOnly }: DocumentsOptions): Plugin {
  const cache = createDocumentCache();

  function documentOf(text: string): DocumentNode {
    const known = cache.get(text);
    if (known) return known;
    const document = parseWithinLimits(text);
    if (trustedOnly && trusted?.has(document) !== true) throw toGraphQLError(untrusted());
    cache.set(text, document);
    return document;
  }

  /** A WebSocket message must have a text. The text is empty if the document is named by its id. */
  function textOf(source: string, request: unknown): string {
    const id = source === '' ? documentIdOf(request) : null;
    if (id === null) return source;
    const text = trusted?.textOf(id) ?? null;
    if (text === null) throw toGraphQLError(unregistered());
    return text;
  }

  return {
    onParse: ({ context, params: { source }, setParseFn }) =>
      setParseFn(() => documentOf(textOf(String(source), context.params))),
  };
}
