import { GraphQLError } from 'graphql';
import { andThen, orElse, type Awaitable } from '../../../common/awaitable.ts';
import type { AdmittedClient } from '../../admission/authenticator.ts';
import type { NamedDocuments } from '../../pipeline/documents/named-documents.ts';
import { readJsonBody, type JsonBodyLimits } from '../bodies/json-body.ts';
import { RefusedRequest, toHttpError } from '../bodies/refused-request.ts';
import { acceptedTypes } from './accept.ts';
import type { Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { checkParameters, namedTextOf, type GivenParameters } from './parameters.ts';
import {
  answerTo,
  checkAcceptable,
  rejectedResult,
  runOperation,
  type HttpResult,
  type RunOperationOptions,
} from './run-operation.ts';

/** The response to an operation that came as JSON by POST. */
export type AnswerPlainJson = (exchange: Exchange, client: AdmittedClient) => Awaitable<Answer>;

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
  return (exchange, client) => {
    const { req } = exchange;
    const types = acceptedTypes(req.headers.accept ?? '');
    let query: unknown;

    function run(given: GivenParameters) {
      ({ query } = given);
      const text = namedTextOf(given, named, req.url ?? '');
      const parameters = checkParameters(given, text);
      return runOperation(options, exchange, client, parameters, types);
    }

    function readAndRun() {
      checkAcceptable(types);
      return andThen(readJsonBody(req, limits), run);
    }

    function reject(error: unknown) {
      const rejected = error instanceof RefusedRequest ? toHttpError(error) : error;
      if (!(rejected instanceof GraphQLError)) throw error;
      return rejectedResult(exchange, [rejected], query);
    }

    return andThen(orElse<HttpResult>(readAndRun, reject), (result) =>
      answerTo(exchange, types, result),
    );
  };
}
