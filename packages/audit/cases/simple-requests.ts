import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed } from '../case-errors.ts';
import { answered, refused } from '../expect.ts';
import { field, wholeForm } from '../form.ts';
import { partsOf } from '../form-parts.ts';
import { CROSS_SITE, EXHAUSTION, graphqlOverHttp, multipartSpec } from '../references.ts';
import { describe } from '../reply.ts';
import { FORM_HEADERS } from '../requests.ts';

const MUTATION = 'mutation { __typename }';
const FOREIGN = { origin: 'https://a-page-of-another-site.example' };
const BATCH = 200;

/**
 * Requests that a browser sends for any page without a preflight, and other requests that must not
 * run a mutation.
 */
export const simpleRequestCases: readonly AuditCase[] = [
  {
    id: 'cross-site-form',
    sentence: 'A form that any page of another site can send is refused.',
    severity: 'hostile',
    reference: CROSS_SITE,
    async run({ crossSiteClient, dry }) {
      const headers = { ...FOREIGN, 'content-type': FORM_HEADERS['content-type'] };
      return refused(await crossSiteClient.send({ headers, body: wholeForm(partsOf(dry)) }));
    },
  },
  {
    id: 'cross-site-text',
    sentence: 'A mutation in plain text, which any page of another site can send, is refused.',
    severity: 'hostile',
    reference: CROSS_SITE,
    async run({ crossSiteClient }) {
      const headers = { ...FOREIGN, 'content-type': 'text/plain' };
      const body = Buffer.from(JSON.stringify({ query: MUTATION }));
      return refused(await crossSiteClient.send({ headers, body }));
    },
  },
  {
    id: 'cross-site-urlencoded',
    sentence:
      'A mutation in the fields of a form, which any page of another site can send, is refused.',
    severity: 'hostile',
    reference: CROSS_SITE,
    async run({ crossSiteClient }) {
      const headers = { ...FOREIGN, 'content-type': 'application/x-www-form-urlencoded' };
      const body = Buffer.from(new URLSearchParams({ query: MUTATION }).toString());
      return refused(await crossSiteClient.send({ headers, body }));
    },
  },
  {
    id: 'get-mutation',
    sentence: 'A mutation by GET is refused.',
    severity: 'must',
    reference: graphqlOverHttp('GET'),
    async run({ client }) {
      const search = new URLSearchParams({ query: MUTATION }).toString();
      return refused(await client.send({ method: 'GET', search }));
    },
  },
  {
    id: 'get-form',
    sentence: 'A form by GET runs nothing.',
    severity: 'must',
    reference: graphqlOverHttp('GET'),
    async run({ sendForm, dry }) {
      return refused(await sendForm(wholeForm(partsOf(dry)), { method: 'GET' }));
    },
  },
  {
    id: 'batch-form',
    sentence: 'A form with a list of operations is carried out or refused.',
    severity: 'must',
    reference: multipartSpec('Batching'),
    async run({ sendForm, dry, target }) {
      const [path = ''] = target.paths;
      const answer = answered(
        await sendForm([
          field('operations', [target.dry, { query: '{ __typename }' }]),
          field('map', { 0: [`0.${path}`] }),
          ...dry.files,
        ]),
      );
      const results = batchSize(answer.text);
      return results === 2 ? 'carried out' : `refused: ${refused(answer)}`;
    },
  },
  {
    id: 'batch-long',
    sentence: `A list of ${BATCH} operations is refused: one request must not count for many.`,
    severity: 'should',
    reference: EXHAUSTION,
    async run({ client }: Audit) {
      const batch = Array.from({ length: BATCH }, () => ({ query: '{ __typename }' }));
      const body = Buffer.from(JSON.stringify(batch));
      const headers = { 'content-type': 'application/json' };
      const answer = answered(await client.send({ headers, body }));
      if (batchSize(answer.text) !== BATCH) return refused(answer);
      throw new CaseFailed(`carried out: ${describe(answer)}`);
    },
  },
];

/** The number of results in a list of results; null if the text is not such a list. */
function batchSize(text: string): number | null {
  try {
    const results: unknown = JSON.parse(text);
    return Array.isArray(results) ? results.length : null;
  } catch {
    return null;
  }
}
