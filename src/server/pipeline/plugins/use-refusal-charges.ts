import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { isRefusedUpload, withCharge } from '../upload-charge.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Adds `charged: false` to the error of every upload that was rejected over HTTP before it ran, for any
 * reason. `usePresentedErrors` handles errors of the operation itself. It must come before all plugins that
 * reject parameters.
 */
export function useRefusalCharges(): Plugin<ServerContext, ServerContext> {
  const texts = new WeakMap<IncomingMessage, unknown>();
  const begun = new WeakSet<IncomingMessage>();

  return {
    onParams: ({ params, context: { req } }) => void texts.set(req, params.query),
    onExecute: ({ args: { contextValue } }) => void begun.add(contextValue.req),
    onResultProcess(payload) {
      const { result } = payload;
      const { req } = payload.serverContext;
      if (!('errors' in result) || !result.errors) return;
      if (!isRefusedUpload({ headers: req.headers, text: texts.get(req) })) return;
      const charged = begun.has(req) ? null : false;
      const errors = result.errors.map((error) =>
        error.path === undefined ? withCharge(error, charged) : error,
      );
      payload.setResult({ ...result, errors });
    },
  };
}
