import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { answered } from '../expect.ts';
import { graphqlOverHttp, rfc } from '../references.ts';
import { describe } from '../reply.ts';
import { JSON_HEADERS, QUERY } from '../requests.ts';

interface Preference {
  readonly id: string;
  readonly sentence: string;
  readonly severity: AuditCase['severity'];
  readonly reference: string;
  readonly accept: string;
  /** The media type of the response. */
  readonly type: string;
}

const preferences: readonly Preference[] = [
  {
    id: 'accept-json',
    sentence: 'A client that wants JSON gets application/json.',
    severity: 'must',
    reference: graphqlOverHttp('Body'),
    accept: 'application/json',
    type: 'application/json',
  },
  {
    id: 'accept-graphql-response',
    sentence: 'A client that wants application/graphql-response+json gets it.',
    severity: 'must',
    reference: graphqlOverHttp('Body'),
    accept: 'application/graphql-response+json',
    type: 'application/graphql-response+json',
  },
  {
    id: 'accept-recommended',
    sentence: 'The Accept header that clients should send gets its first type.',
    severity: 'must',
    reference: `${graphqlOverHttp('Accept')} and "Body"`,
    accept: 'application/graphql-response+json, application/json;q=0.9',
    type: 'application/graphql-response+json',
  },
  {
    id: 'accept-weights',
    sentence: 'The weight of a type counts for more than its position.',
    severity: 'must',
    reference: `${graphqlOverHttp('Body')}; ${rfc(9110, '12.4.2')}`,
    accept: 'application/graphql-response+json;q=0.1, application/json',
    type: 'application/json',
  },
  {
    id: 'accept-not-stream',
    sentence: 'A client that prefers JSON to a stream gets JSON.',
    severity: 'must',
    reference: `${graphqlOverHttp('Body')}; ${rfc(9110, '12.4.2')}`,
    accept: 'application/json, text/event-stream;q=0.1',
    type: 'application/json',
  },
];

/** The media type of a response, depending on those that a client accepts. */
export const acceptCases: readonly AuditCase[] = preferences.map((preference) => {
  const { id, sentence, severity, reference, accept, type } = preference;
  return { id, sentence, severity, reference, run };

  async function run({ ask }: Audit) {
    const headers = { ...JSON_HEADERS, accept };
    const answer = answered(await ask(QUERY, { headers }));
    const given = answer.headers['content-type'] ?? 'of no type';
    const seen = `Accept: ${accept} gets ${given}`;
    if (answer.status !== 200) throw new CaseFailed(describe(answer));
    if (given.split(';', 1)[0]?.trim().toLowerCase() === type) return seen;
    throw new CaseFailed(seen);
  }
});
