import type { Audit } from '../audit.ts';
import type { AuditCase } from '../case.ts';
import { CaseFailed, NotApplicable } from '../case-errors.ts';
import { isStream, type StreamRecord } from '../event-stream.ts';
import { graphqlSse } from '../references.ts';
import { parseResult } from '../reply.ts';

/** Comments in the first second may be no more than a stream's greeting. */
const GREETING_MS = 1000;

/** The subscription's record. @throws NotApplicable if the server's response is not a stream */
async function streamed(audit: Audit): Promise<StreamRecord> {
  const record = await audit.listen();
  if (isStream(record)) return record;
  throw new NotApplicable(`no server-sent events: ${whatItIs(record)}`);
}

/** Describes a response that is not a stream, in a few words. */
export function whatItIs({ status, headers, end }: StreamRecord): string {
  return status === 0
    ? `no answer (${end})`
    : `${status} ${headers['content-type'] ?? 'of no type'}`;
}

function results(record: StreamRecord) {
  const next = record.events.filter(({ event }) => event !== 'complete');
  if (next.length > 0) return next;
  throw new NotApplicable(`no event came within ${Math.round(record.durationMs)} ms`);
}

/** The record of a subscription that the server has ended. */
async function ended(audit: Audit): Promise<StreamRecord> {
  const record = await streamed(audit);
  if (record.end !== 'timeout') return record;
  throw new NotApplicable(`still going on after ${audit.streamTimeoutMs} ms (--stream-timeout)`);
}

/** One subscription, recorded from its beginning to its end. */
export const streamCases: readonly AuditCase[] = [
  {
    id: 'sse-type',
    sentence: 'A subscription requested as text/event-stream is answered 200 with that type.',
    severity: 'must',
    reference: graphqlSse(),
    beside: true,
    async run(audit) {
      const record = await audit.listen();
      if (isStream(record) && record.status === 200) return whatItIs(record);
      throw new (audit.mustStream ? CaseFailed : NotApplicable)(whatItIs(record));
    },
  },
  {
    id: 'sse-events',
    sentence: 'Every event is named next or complete.',
    severity: 'must',
    reference: graphqlSse('Event stream'),
    beside: true,
    async run(audit) {
      const { events } = await streamed(audit);
      const names = events.map(({ event }) => (event === '' ? '(none)' : event));
      const strange = names.filter((name) => name !== 'next' && name !== 'complete');
      if (strange.length > 0) throw new CaseFailed(`named ${strange.join(', ')}`);
      if (events.length === 0) throw new NotApplicable('no event came');
      return names.join(', ');
    },
  },
  {
    id: 'sse-data',
    sentence: 'The data of every event next is one GraphQL result in JSON.',
    severity: 'must',
    reference: graphqlSse('next event'),
    beside: true,
    async run(audit) {
      const next = results(await streamed(audit));
      const wrong = next.find(({ data }) => data === null || parseResult(data) === null);
      if (wrong) throw new CaseFailed(`data: ${wrong.data ?? '(none)'}`);
      return next.map(({ data }) => data).join(' ');
    },
  },
  {
    id: 'sse-complete',
    sentence: 'The last event is complete, and then the stream ends.',
    severity: 'must',
    reference: graphqlSse('complete event'),
    beside: true,
    async run(audit) {
      const { events, end } = await ended(audit);
      const places = events.flatMap(({ event }, index) => (event === 'complete' ? [index] : []));
      if (end === 'broken') throw new CaseFailed('the connection broke');
      if (places.length === 1 && places[0] === events.length - 1) return 'complete, then the end';
      throw new CaseFailed(`events: ${events.map(({ event }) => event).join(', ') || 'none'}`);
    },
  },
  {
    id: 'sse-complete-data',
    sentence: 'The event complete has a field data, without which no browser dispatches it.',
    severity: 'should',
    reference: graphqlSse('complete event'),
    beside: true,
    async run(audit) {
      const complete = (await ended(audit)).events.find(({ event }) => event === 'complete');
      if (!complete) throw new NotApplicable('there is no event complete');
      if (complete.data !== null) return `data: ${JSON.stringify(complete.data)}`;
      throw new CaseFailed('it has none');
    },
  },
  {
    id: 'sse-keep-alive',
    sentence: 'Comments keep a silent stream alive, so that no proxy closes it.',
    severity: 'should',
    reference: 'HTML standard, "Server-sent events: Authoring notes"',
    beside: true,
    async run(audit) {
      const { commentsMs, durationMs, end } = await streamed(audit);
      const comment = commentsMs.find((atMs) => atMs > GREETING_MS);
      if (comment !== undefined) return `a comment after ${Math.round(comment)} ms`;
      if (end === 'timeout') throw new CaseFailed(`none within ${Math.round(durationMs)} ms`);
      throw new NotApplicable(`the stream was over after ${Math.round(durationMs)} ms`);
    },
  },
  {
    id: 'sse-headers',
    sentence:
      'Cache-Control keeps caches and proxies off the stream: no-cache or no-store, and no-transform.',
    severity: 'should',
    reference: 'RFC 9111, section 5.2.2',
    beside: true,
    async run(audit) {
      const { headers } = await streamed(audit);
      const control = headers['cache-control'] ?? '';
      const seen = `Cache-Control: ${control || 'none'}`;
      if (/no-cache|no-store/i.test(control) && /no-transform/i.test(control)) return seen;
      throw new CaseFailed(seen);
    },
  },
  {
    id: 'sse-coding',
    sentence: 'The stream has no Content-Encoding, or a registered one.',
    severity: 'should',
    reference: 'RFC 9110, section 8.4.1',
    beside: true,
    async run(audit) {
      const coding = (await streamed(audit)).headers['content-encoding'];
      if (coding === undefined) return 'none';
      if (/^(?:gzip|x-gzip|br|deflate|zstd|compress)$/i.test(coding)) return coding;
      throw new CaseFailed(`Content-Encoding: ${coding}`);
    },
  },
];
