import { createYoga } from 'graphql-yoga';
import type { Log } from '../../../../common/log.ts';
import type { AdmittedClient } from '../../../admission/authenticator.ts';
import { GRAPHQL_PATH } from '../../../paths.ts';
import type { NamedDocuments } from '../../../pipeline/documents/named-documents.ts';
import { useJsonBodies, type JsonBodyLimits } from '../../bodies/json-body.ts';
import {
  useMultipartUploads,
  type MultipartUploadsOptions,
} from '../../uploads/use-multipart-uploads.ts';
import { acceptedTypes } from '../accept.ts';
import type { Answer } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import type { RunOperationOptions } from '../run-operation.ts';
import { useAcceptable } from './use-acceptable.ts';
import { useGetParameters } from './use-get-parameters.ts';
import { useKnownMethods } from './use-known-methods.ts';
import { useOwnPagesOnly } from './use-own-pages-only.ts';
import { usePipeline } from './use-pipeline.ts';
import type { YogaContext } from './yoga-context.ts';

/** The response to any request for an operation. */
export type AnswerByYoga = (exchange: Exchange, client: AdmittedClient) => Promise<Answer>;

export interface YogaOptions extends RunOperationOptions {
  readonly named: NamedDocuments;
  readonly json: JsonBodyLimits;
  readonly uploads: MultipartUploadsOptions;
  readonly corsOrigins: readonly string[];
  readonly log: Log;
}

/**
 * Yoga with the gateway's plugins, which reads whatever GraphQL over HTTP allows: forms, GET, and JSON. The
 * operation itself runs in the pipeline.
 */
export function createAnswerByYoga(options: YogaOptions): AnswerByYoga {
  const yoga = createEndpoint(options);

  return async (exchange, client) => {
    const { req, res } = exchange;
    const types = acceptedTypes(req.headers.accept ?? '');
    const context: YogaContext = { ...exchange, client, types };
    await yoga.handleNodeRequestAndResponse(req, res, context);
    const { answer } = context;
    if (answer === undefined) throw new Error('Yoga answered without a result');
    return answer;
  };
}

function createEndpoint({ uploads, json, log, ...options }: YogaOptions) {
  return createYoga<YogaContext>({
    graphqlEndpoint: GRAPHQL_PATH,
    // The gateway sets CORS headers itself, for all paths alike. Yoga sends `null` as the allowed origin to
    // pages that are not listed.
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    // Otherwise masked errors would carry their stack trace if NODE_ENV is `development`.
    maskedErrors: { isDev: false },
    // The gateway's plugins read bodies: Yoga would hold each file in memory twice.
    multipart: false,
    maxRequestBodySize: false,
    logging: {
      debug: () => undefined,
      info: () => undefined,
      warn: (...details: unknown[]) => log.warn({ details }, 'Yoga reported a warning'),
      error: (...details: unknown[]) => log.error({ details }, 'Yoga reported an error'),
    },
    plugins: [
      useKnownMethods(),
      useOwnPagesOnly(options.corsOrigins),
      useAcceptable(),
      useGetParameters(),
      useMultipartUploads(uploads),
      useJsonBodies(json),
      usePipeline(options),
    ],
  });
}
