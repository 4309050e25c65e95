import type { GraphQLError } from 'graphql';
import { isAsyncIterable, type FetchAPI, type Plugin } from 'graphql-yoga';
import { GatewayError } from '../../../../common/errors.ts';
import { toGraphQLError } from '../../../../graphql/errors.ts';
import { withExtensions } from '../../../pipeline/copy-error.ts';
import type { NamedDocuments } from '../../../pipeline/documents/named-documents.ts';
import { answeringRefusals } from '../../bodies/refused-request.ts';
import { checkParameters, namedTextOf } from '../parameters.ts';
import {
  answerTo,
  rejectedResult,
  runOperation,
  type RunOperationOptions,
} from '../run-operation.ts';
import type { YogaContext } from './yoga-context.ts';

export interface PipelineOptions extends RunOperationOptions {
  readonly named: NamedDocuments;
}

/**
 * Lets the pipeline run the operations, and takes their results from Yoga before it makes responses of them.
 * It must be the last plugin: the others may change a result.
 */
export function usePipeline(options: PipelineOptions): Plugin<YogaContext, YogaContext> {
  const { named } = options;

  return {
    onParams: ({ params, setParams, setParamsHandler, context }) =>
      answeringRefusals(async () => {
        context.query = params.query;
        const text = namedTextOf(params, named, context.req.url ?? '');
        // What Yoga checks besides is checked below, after the text has been filled in.
        if (text !== null) setParams({ query: text });
        setParamsHandler(() => {
          const parameters = checkParameters(params, text);
          context.isInPipeline = true;
          return runOperation(options, context, context.client, parameters, context.types);
        });
      }),
    onResultProcess(payload) {
      const { result, serverContext } = payload;
      if (Array.isArray(result)) throw new Error('A batch was not refused');
      payload.setResultProcessor(noResponse, 'application/json');
      const { isInPipeline = false, query, types } = serverContext;
      const isRejected = !isInPipeline && !isAsyncIterable(result);
      const told = isRejected
        ? rejectedResult(serverContext, (result.errors ?? []).map(withOwnCode), query)
        : result;
      serverContext.answer = answerTo(serverContext, types, told);
    },
  };
}

/** Yoga has a code for malformed requests that the contract does not have. */
function withOwnCode(error: GraphQLError): GraphQLError {
  if (error.extensions['code'] !== 'BAD_REQUEST') return error;
  const { extensions } = toGraphQLError(new GatewayError('BAD_USER_INPUT', error.message));
  return withExtensions(error, { ...error.extensions, ...extensions });
}

/** The gateway sends the response itself. */
function noResponse(_result: unknown, { Response: AnyResponse }: FetchAPI): Response {
  return new AnyResponse();
}
