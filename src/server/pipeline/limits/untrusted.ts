import { GatewayError } from '../../../common/errors.ts';

/** The document is none of those that are registered, and no other may run. */
export function untrusted() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'Only registered documents run here: register this one with TRUSTED_DOCUMENTS_FILE.',
  );
}

/** The request names a document that is not registered. */
export function unregistered() {
  return new GatewayError('BAD_USER_INPUT', 'No document is registered here under this id.');
}

/** The request neither holds a document nor names one. */
export function noDocument() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'Send a query, or the id of a registered document in extensions.persistedQuery.sha256Hash.',
  );
}
