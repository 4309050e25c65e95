import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { answeringRefusals, malformed } from '../../transports/bodies/refused-request.ts';

/**
 * Reads the operation of a GET from its address, and answers 400 where a part of it is no JSON: Yoga's own parser
 * fails with an error that is taken for one of the server.
 */
export function useGetParameters(): Plugin {
  return {
    onRequestParse({ request, url, setRequestParser }) {
      if (request.method !== 'GET') return;
      setRequestParser(() => answeringRefusals(async () => parametersOf(url.searchParams)));
    },
  };
}

function parametersOf(parameters: URLSearchParams): GraphQLParams {
  const given = ['operationName', 'query'].map((name) => [name, parameters.get(name)] as const);
  const parsed = ['variables', 'extensions'].map(
    (name) => [name, jsonOf(parameters, name)] as const,
  );
  return Object.fromEntries([...given, ...parsed].filter(([, value]) => Boolean(value)));
}

/** Whether it is an object is checked for every transport. */
function jsonOf(parameters: URLSearchParams, name: string): unknown {
  const text = parameters.get(name) ?? '';
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw malformed(`The parameter ${name} is no valid JSON.`, cause);
  }
}
