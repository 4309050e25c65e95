import { GraphQLError } from 'graphql';
import type { AdmittedClient } from '../../admission/authenticator.ts';
import type { NamedDocuments } from '../../pipeline/documents/named-documents.ts';
import { readJsonBody, type JsonBodyLimits } from '../bodies/json-body.ts';
import { RefusedRequest, toHttpError } from '../bodies/refused-request.ts';
import { acceptedTypes } from './accept.ts';
import type { Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { checkParameters, namedTextOf } from './parameters.ts';
import {
  answerTo,
  checkAcceptable,
  rejectedResult,
  runOperation,
  type RunOperationOptions,
} from './run-operation.ts';

/** The response to an operation that came as JSON by POST. */
export type AnswerPlainJson = (exchange: Exchange, client: AdmittedClient) => Promise<Answer>;

export interface PlainJsonOptions extends RunOperationOptions {
  readonly named: NamedDocuments;
  readonly limits: JsonBodyLimits;
}

/**
 * The short way of the most common request, without Yoga. Its responses are the same to the last byte; a test
 * holds them together.
 */
export function createPlainJson(options: PlainJsonOptions): AnswerPlainJson {
  const { named, limits } = options;
  return async (exchange, client) => {
    const { req } = exchange;
    const types = acceptedTypes(req.headers.accept ?? '');
    let query: unknown;
    try {
      checkAcceptable(types);
      const given = await readJsonBody(req, limits);
      query = given['query'];
      const text = namedTextOf(given, named, req.url ?? '');
      const parameters = checkParameters(given, text);
      const result = await runOperation(options, exchange, client, parameters, types);
      return answerTo(exchange, types, result);
    } catch (error) {
      const rejected = error instanceof RefusedRequest ? toHttpError(error) : error;
      if (!(rejected instanceof GraphQLError)) throw error;
      return answerTo(exchange, types, rejectedResult(exchange, [rejected], query));
    }
  };
}
