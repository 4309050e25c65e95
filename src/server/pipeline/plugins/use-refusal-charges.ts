import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { isRefusedUpload, withCharge } from '../upload-charge.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/**
 * Says of every upload that was refused over HTTP before it ran, for whatever reason, that nothing was charged. What
 * an operation itself fails with is told by `usePresentedErrors`. Before all plugins that refuse parameters.
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
