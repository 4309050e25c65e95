import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { createDocumentCache } from '../limits/document-cache.ts';
import { documentIdOf } from '../limits/document-id.ts';
import { parseWithinLimits } from '../limits/parse-within-limits.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import { unregistered, untrusted } from '../limits/trusted-documents.ts';

export interface DocumentsOptions {
  /** Null where there are none. */
  readonly trusted: TrustedDocuments | null;
  /** Whether any other is refused. */
  readonly trustedOnly: boolean;
}

/**
 * Makes a document of what a request sends, by whichever transport: parsed within the limits, and trusted
 * where no other may run. In place of Yoga's own cache of documents, which counts them but not what they
 * weigh, and which would keep what an empty text stood for in one request for the next.
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

  /** A message over WebSocket must hold a text: it is empty where the document is named by its id. */
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
