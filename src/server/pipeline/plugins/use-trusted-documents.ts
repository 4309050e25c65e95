import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { Plugin } from 'graphql-yoga';
import { RefusedRequest, toHttpError } from '../../transports/bodies/refused-request.ts';
import { documentIdOf } from '../limits/document-id.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import { noDocument, unregistered } from '../limits/trusted-documents.ts';

/**
 * Puts the text of a trusted document into an HTTP request that names it by its id. Whether another
 * document may run is not decided here, where only HTTP passes, but by `useDocuments`.
 */
export function useTrustedDocuments(trusted: TrustedDocuments): Plugin {
  return usePersistedOperations({
    allowArbitraryOperations: true,
    extractPersistedOperationId: (params, request) =>
      documentIdOf(params) ?? new URL(request.url).searchParams.get('documentId'),
    getPersistedOperation: (id) => trusted.textOf(id),
    customErrors: {
      notFound: () => refused(unregistered()),
      keyNotFound: () => refused(noDocument()),
    },
  });
}

function refused({ code, message }: ReturnType<typeof unregistered>) {
  return toHttpError(new RefusedRequest(400, code, message));
}
