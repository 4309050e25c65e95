import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { answeringRefusals, malformed } from '../../bodies/refused-request.ts';

/**
 * Reads the operation of a GET from its query string, and answers 400 if a part is not valid JSON. Yoga's own
 * parser throws an error that would be reported as a server error.
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

/** Whether the value is an object is checked later, for every transport. */
function jsonOf(parameters: URLSearchParams, name: string): unknown {
  const text = parameters.get(name) ?? '';
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw malformed(`The parameter ${name} is not valid JSON.`, cause);
  }
}
