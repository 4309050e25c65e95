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

/** Handles a GraphQL request. Resolves when the response has been written. */
export type GraphQLRoute = (exchange: Exchange) => Promise<void>;

/** The response to an operation of `client`. */
export type AnswerOperation = (exchange: Exchange, client: AdmittedClient) => Promise<Answer>;

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

  async function answerOf(exchange: Exchange): Promise<Answer> {
    const { client, answer } = await admit(exchange);
    if (answer !== null) return answer;
    return isPlainJson(exchange) ? plainJson(exchange, client) : yoga(exchange, client);
  }

  return async (exchange) => {
    let answer: Answer;
    try {
      answer = await answerOf(exchange);
    } catch (error) {
      const presented = presentError(error, exchange.requestId, log);
      answer = answerWith({ errors: [withHttp(presented, { status: 500 })] }, JSON_TYPE);
    }
    await send(exchange, answer);
  };
}

function isPlainJson({ req }: Exchange): boolean {
  return req.method === 'POST' && !isMultipart(req.headers);
}
