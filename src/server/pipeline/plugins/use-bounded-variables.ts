import type { Plugin } from 'graphql-yoga';
import { checkVariables } from '../limits/check-variables.ts';

/** Rejects an operation whose variables are too large, on every transport, before its document is parsed. */
export function useBoundedVariables(): Plugin {
  return {
    onParse({ context }) {
      checkVariables(context.params.variables, 'request' in context);
    },
  };
}
