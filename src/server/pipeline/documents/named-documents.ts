import { documentIdOf, persistedHashOf } from './document-id.ts';
import type { PersistedQueries } from './persisted-queries.ts';
import { noDocument, unregistered, type TrustedDocuments } from './trusted-documents.ts';

/** Documents that requests name instead of sending them. */
export interface NamedDocuments {
  /**
   * The text of the document that `request` names. Null if it sends its own, which is kept under its hash if
   * it is sent beside that, or if it names none.
   * @param search the query string of the request, which may name a document too.
   * @throws GatewayError if there is no such document, or the text that it sends has another hash.
   */
  textOf(request: object, search?: URLSearchParams): string | null;
}

export interface NamedDocumentsOptions {
  /** Null if there are none. */
  readonly trusted: TrustedDocuments | null;
  /** Null if only trusted documents may run. */
  readonly persisted: PersistedQueries | null;
}

/** Trusted documents come first: their ids may be made in any way. */
export function createNamedDocuments(options: NamedDocumentsOptions): NamedDocuments {
  const { trusted, persisted } = options;
  const trustedText = (id: string | null) => (id === null ? null : (trusted?.textOf(id) ?? null));

  return {
    textOf(request, search) {
      const query: unknown = Reflect.get(request, 'query');
      const hash = persistedHashOf(request);
      if (query) {
        if (hash !== null && typeof query === 'string' && trustedText(hash) === null) {
          persisted?.keep(hash, query);
        }
        return null;
      }
      const id = documentIdOf(request) ?? search?.get('documentId') ?? null;
      const text = trustedText(id);
      if (text !== null) return text;
      if (hash !== null && persisted !== null) return persisted.textOf(hash);
      if (trusted === null) return null;
      throw id === null ? noDocument() : unregistered();
    },
  };
}
