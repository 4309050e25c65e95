import type { Plugin } from 'graphql-yoga';
import { answeringRefusals } from '../../bodies/refused-request.ts';
import type { AcceptedTypes } from '../accept.ts';
import { checkAcceptable } from '../run-operation.ts';

interface ServerContext {
  readonly types: AcceptedTypes;
}

/** Rejects a request whose response the client would not accept, before its body is read. */
export function useAcceptable(): Plugin<object, ServerContext> {
  return {
    onRequestParse: ({ serverContext: { types } }) =>
      answeringRefusals(async () => checkAcceptable(types)),
  };
}
