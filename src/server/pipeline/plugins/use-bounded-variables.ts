import type { Plugin } from 'graphql-yoga';
import { checkVariables } from '../limits/check-variables.ts';

/** Refuses an operation whose variables hold too much, by whichever transport, before its document is parsed. */
export function useBoundedVariables(): Plugin {
  return {
    onParse({ context }) {
      checkVariables(context.params.variables, 'request' in context);
    },
  };
}
