import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { Plugin } from 'graphql-yoga';
import { RefusedRequest, toHttpError } from '../../transports/bodies/refused-request.ts';
import { documentIdOf } from '../limits/document-id.ts';
import { noDocument, unregistered, type TrustedDocuments } from '../limits/trusted-documents.ts';

/**
 * Fills in the text of a trusted document for an HTTP request that names it by id. It does not decide whether
 * another document may run: `useDocuments` does, because only HTTP requests pass here.
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
