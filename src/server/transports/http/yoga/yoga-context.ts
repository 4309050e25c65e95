import type { AdmittedClient } from '../../../admission/authenticator.ts';
import type { AcceptedTypes } from '../accept.ts';
import type { Answer } from '../answer.ts';
import type { Exchange } from '../exchange.ts';

/** What accompanies each request through Yoga. */
export interface YogaContext extends Exchange {
  readonly client: AdmittedClient;
  readonly types: AcceptedTypes;
  /** The text of the document, or any other value that the request has in its place. */
  query?: unknown;
  /** Whether the operation has reached the pipeline, which notes how it ends. */
  isInPipeline?: boolean;
  /** The response, once it is known. */
  answer?: Answer;
}
