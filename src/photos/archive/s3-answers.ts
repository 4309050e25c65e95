import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';

/** What answered is no S3: a proxy, a login page, the console of the service. */
export class StrangeAnswer extends Error {
  override readonly name = 'StrangeAnswer';
  /** As the SDK's own errors have it, which decides by it whether to try again. */
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

/** What the SDK says of an answer that is no success; with a text where it could not read that. */
const refusal = z.looseObject({ $response: head, $responseBodyText: z.string().optional() });

/**
 * Tells an answer that is none of S3 as what it is. A web page with HTTP 200 would count as success else,
 * and the picture as kept; with another status the SDK says that some XML cannot be parsed.
 */
export function refuseStrangeAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) =>
      async function checkAnswer(args) {
        try {
          const result = await next(args);
          const { data } = head.safeParse(result.response);
          if (data && isWebPage(data.headers)) throw strange(data, '', context);
          return result;
        } catch (error) {
          const { data } = refusal.safeParse(error);
          const text = data?.$responseBodyText;
          if (!data || (text === undefined && !isWebPage(data.$response.headers))) throw error;
          throw strange(data.$response, text ?? '', context, error);
        }
      },
    { step: 'deserialize', priority: 'high', name: 'refuseStrangeAnswers' },
  );
}

function isWebPage(headers: Readonly<Record<string, string>>): boolean {
  return /^text\/html\b/i.test(headers['content-type'] ?? '');
}

const SHOWN_LENGTH = 100;

function strange(
  { statusCode, headers }: z.infer<typeof head>,
  body: string,
  { endpointV2 }: { readonly endpointV2?: { readonly url: URL } },
  cause?: unknown,
): StrangeAnswer {
  const place = endpointV2 === undefined ? 'The service' : endpointV2.url.origin;
  const what = isWebPage(headers) ? 'a web page' : 'something else';
  const to = headers['location'] === undefined ? '' : `, leading to ${headers['location']}`;
  const words = body
    .replaceAll(/<style.*?<\/style>|<[^>]*>|\s+/gs, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
  const said = words === '' ? '' : ` ("${words.slice(0, SHOWN_LENGTH)}")`;
  return new StrangeAnswer(
    statusCode,
    `${place} answers HTTP ${statusCode} with ${what}${said}${to}, and not as S3 does: is S3_ENDPOINT right?`,
    cause,
  );
}
