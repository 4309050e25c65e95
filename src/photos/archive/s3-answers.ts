import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';

/** The response did not come from S3, but from a proxy, a login page or the service's console. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  /** The shape of the SDK's own errors. The SDK uses it to decide whether to retry. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(statusCode: number, message: string, cause: unknown) {
    super(message, { cause });
    this.$metadata = { httpStatusCode: statusCode };
  }
}

const head = z.looseObject({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
});

/**
 * The SDK's error for an unsuccessful response. It includes the text if the SDK could not parse it.
 */
const refusal = z.looseObject({ $response: head, $responseBodyText: z.string().optional() });

/**
 * Reports a response that is not S3's as such. Otherwise a web page with HTTP 200 would count as
 * success, and the picture as stored; with another status the SDK would say that some XML cannot be
 * parsed.
 */
export function refuseUnexpectedAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) =>
      async function checkAnswer(args) {
        try {
          const result = await next(args);
          const { data } = head.safeParse(result.response);
          if (data && isWebPage(data.headers)) throw unexpected(data, '', context);
          return result;
        } catch (error) {
          const { data } = refusal.safeParse(error);
          const text = data?.$responseBodyText;
          if (!data || (text === undefined && !isWebPage(data.$response.headers))) throw error;
          throw unexpected(data.$response, text ?? '', context, error);
        }
      },
    { step: 'deserialize', priority: 'high', name: 'refuseUnexpectedAnswers' },
  );
}

function isWebPage(headers: Readonly<Record<string, string>>): boolean {
  return /^text\/html\b/i.test(headers['content-type'] ?? '');
}

const SHOWN_LENGTH = 100;

function unexpected(
  { statusCode, headers }: z.infer<typeof head>,
  body: string,
  { endpointV2 }: { readonly endpointV2?: { readonly url: URL } },
  cause?: unknown,
): UnexpectedAnswer {
  const place = endpointV2 === undefined ? 'The service' : endpointV2.url.origin;
  const what = isWebPage(headers) ? 'a web page' : 'something else';
  const to = headers['location'] === undefined ? '' : `, leading to ${headers['location']}`;
  const words = body
    .replaceAll(/<style.*?<\/style>|<[^>]*>|\s+/gs, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
  const said = words === '' ? '' : ` ("${words.slice(0, SHOWN_LENGTH)}")`;
  return new UnexpectedAnswer(
    statusCode,
    `${place} answers HTTP ${statusCode} with ${what}${said}${to}, and not as S3 does: is S3_ENDPOINT right?`,
    cause,
  );
}
