import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed, NotApplicable } from '../case-errors.ts';
import {
  begin,
  isStream,
  recordStream,
  streamRequest,
  type StreamRecord,
} from '../event-stream.ts';
import { refused } from '../expect.ts';
import { EXHAUSTION, graphqlOverHttp, graphqlSse, rfc } from '../references.ts';
import { parseResult } from '../reply.ts';
import { QUERY } from '../requests.ts';
import type { Operation } from '../upload-target.ts';
import { whatItIs } from './streams.ts';

const CLIENTS = 10;
/** The form that urql sends, and one with the stream first. */
const USUAL_ACCEPTS = [
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'text/event-stream, application/json',
];

/**
 * Opens a stream for `operation`.
 * @throws NotApplicable if the server has not been seen to support streams
 */
async function stream(
  audit: Audit,
  operation: Operation,
  options: { readonly accept?: string; readonly method?: 'GET' | 'POST' } = {},
): Promise<StreamRecord> {
  await expectStreams(audit);
  const { client, timeoutMs } = audit;
  return recordStream(client, { operation, timeoutMs, ...options });
}

async function expectStreams({ listenToQuery, mustStream }: Audit): Promise<void> {
  if (mustStream) return;
  const record = await listenToQuery();
  if (!isStream(record)) throw new NotApplicable(`no server-sent events: ${whatItIs(record)}`);
}

/** The only result of a stream that must hold one result and its completion. */
function onlyResult(record: StreamRecord) {
  if (!isStream(record) || record.status !== 200) throw new CaseFailed(whatItIs(record));
  const names = record.events.map(({ event }) => event).join(', ');
  const [next] = record.events;
  const result = parseResult(next?.data ?? '');
  if (names === 'next, complete' && record.end === 'server' && result) return result;
  throw new CaseFailed(`events: ${names || 'none'}; ended by: ${record.end}`);
}

async function refusedByEvent(audit: Audit, query: string): Promise<string> {
  const { data, errors } = onlyResult(await stream(audit, { query, variables: {} }));
  if (errors && data == null) return `next: ${errors[0]?.message}`;
  throw new CaseFailed('the event holds no errors');
}

/** Requests for streams: what they ask for, how they are sent, and how they end. */
export const streamRequestCases: readonly AuditCase[] = [
  {
    id: 'sse-query',
    sentence:
      'A query requested as text/event-stream is answered by one event next, then complete.',
    severity: 'must',
    reference: graphqlSse(),
    async run(audit) {
      await expectStreams(audit);
      const result = onlyResult(await audit.listenToQuery());
      if (result.data?.['__typename'] !== undefined) return JSON.stringify(result);
      throw new CaseFailed(JSON.stringify(result));
    },
  },
  {
    id: 'sse-invalid',
    sentence: 'An invalid subscription is refused by an event, not by a status.',
    severity: 'must',
    reference: graphqlSse(),
    run: (audit) => refusedByEvent(audit, 'subscription { auditOfNothing }'),
  },
  {
    id: 'sse-invalid-query',
    sentence: 'An invalid query is refused by an event, not by a status.',
    severity: 'must',
    reference: graphqlSse(),
    run: (audit) => refusedByEvent(audit, '{ auditOfNothing }'),
  },
  {
    id: 'sse-syntax',
    sentence: 'A document with a syntax error is refused by an event, not by a status.',
    severity: 'should',
    reference: graphqlSse(),
    run: (audit) => refusedByEvent(audit, '{'),
  },
  {
    id: 'sse-get',
    sentence: 'A stream can be requested by GET, as a browser’s EventSource does.',
    severity: 'should',
    reference: graphqlSse(),
    async run(audit) {
      return JSON.stringify(onlyResult(await stream(audit, QUERY, { method: 'GET' })));
    },
  },
  {
    id: 'sse-accept-case',
    sentence: 'The media type in Accept may be written in any case.',
    severity: 'must',
    reference: rfc(9110, '8.3.1'),
    async run(audit) {
      return JSON.stringify(
        onlyResult(await stream(audit, QUERY, { accept: 'Text/Event-Stream' })),
      );
    },
  },
  {
    id: 'sse-accept-space',
    sentence: 'Accept may have spaces and parameters.',
    severity: 'must',
    reference: rfc(9110, '12.5.1'),
    async run(audit) {
      return JSON.stringify(
        onlyResult(await stream(audit, QUERY, { accept: 'text/event-stream ; q=1.0' })),
      );
    },
  },
  {
    id: 'sse-accept-weight',
    sentence: 'A client that prefers a stream to JSON gets a stream.',
    severity: 'must',
    reference: `${graphqlOverHttp('Body')}; ${rfc(9110, '12.4.2')}`,
    async run(audit) {
      const accept = 'text/event-stream, application/json;q=0.1';
      return JSON.stringify(onlyResult(await stream(audit, QUERY, { accept })));
    },
  },
  {
    id: 'sse-accept-among-others',
    sentence:
      'A subscription is streamed to a client that names text/event-stream among others, as clients do.',
    severity: 'must',
    reference: `${graphqlOverHttp('Body')}; ${rfc(9110, '12.5.1')}`,
    async run(audit) {
      const operation = await audit.subscriptionOperation();
      for (const accept of USUAL_ACCEPTS) {
        const record = await stream(audit, operation, { accept });
        if (!isStream(record)) throw new CaseFailed(`Accept: ${accept}: ${whatItIs(record)}`);
      }
      return `${USUAL_ACCEPTS.length} forms of Accept`;
    },
  },
  {
    id: 'sse-subscription-as-json',
    sentence: 'A subscription is refused to a client that accepts only JSON.',
    severity: 'should',
    reference: `${graphqlOverHttp('Body')} (406)`,
    async run(audit) {
      const operation = await audit.subscriptionOperation();
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      return refused(await audit.ask(operation, { headers }));
    },
  },
  {
    id: 'sse-leave',
    sentence: `The server is healthy after ${CLIENTS} clients left their streams.`,
    severity: 'hostile',
    reference: EXHAUSTION,
    async run(audit) {
      await expectStreams(audit);
      const operation = audit.subscription ? await audit.subscriptionOperation() : QUERY;
      await Promise.all(Array.from({ length: CLIENTS }, () => enterAndLeave(audit, operation)));
      const result = onlyResult(await stream(audit, QUERY));
      return `the next stream: ${JSON.stringify(result)}`;
    },
  },
];

async function enterAndLeave({ client, timeoutMs }: Audit, operation: Operation): Promise<void> {
  const request = client.open(streamRequest({ operation }));
  await begin(request, AbortSignal.timeout(timeoutMs));
  request.destroy();
}
