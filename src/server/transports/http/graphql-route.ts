import { andThen, orElse, type Awaitable } from '../../../common/awaitable.ts';
import type { Log } from '../../../common/log.ts';
import type { AdmittedClient } from '../../admission/authenticator.ts';
import { presentError } from '../../pipeline/present-error.ts';
import { isMultipart } from '../bodies/media-type.ts';
import { JSON_TYPE } from './accept.ts';
import type { AdmitOperation } from './admit-operation.ts';
import { answerWith, type Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { withHttp } from './http-extension.ts';
import type { SendAnswer } from './send-answer.ts';

/** Handles a GraphQL request. Is done when the response has been written. */
export type GraphQLRoute = (exchange: Exchange) => Awaitable<void>;

/** The response to an operation of `client`. */
export type AnswerOperation = (exchange: Exchange, client: AdmittedClient) => Awaitable<Answer>;

export interface GraphQLRouteOptions {
  readonly admit: AdmitOperation;
  /** Answers JSON that comes by POST. */
  readonly plainJson: AnswerOperation;
  /** Answers everything else. */
  readonly yoga: AnswerOperation;
  readonly send: SendAnswer;
  readonly log: Log;
}

/** Lets an operation in, has it answered by the way that it came, and sends the answer. */
export function createGraphQLRoute(options: GraphQLRouteOptions): GraphQLRoute {
  const { admit, plainJson, yoga, send, log } = options;

  function answerOf(exchange: Exchange): Awaitable<Answer> {
    return andThen(admit(exchange), ({ client, answer }) => {
      if (answer !== null) return answer;
      return isPlainJson(exchange) ? plainJson(exchange, client) : yoga(exchange, client);
    });
  }

  function failureAnswer({ requestId }: Exchange, error: unknown): Answer {
    const presented = presentError(error, requestId, log);
    return answerWith({ errors: [withHttp(presented, { status: 500 })] }, JSON_TYPE);
  }

  return (exchange) => {
    const answer = orElse(
      () => answerOf(exchange),
      (error) => failureAnswer(exchange, error),
    );
    return andThen(answer, (whole) => send(exchange, whole));
  };
}

function isPlainJson({ req }: Exchange): boolean {
  return req.method === 'POST' && !isMultipart(req.headers);
}
