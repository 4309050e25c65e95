import type { Audit } from './audit.ts';
import { wholeForm } from './form.ts';
import { formParts, partsOf } from './form-parts.ts';
import { NoAudit } from './no-audit.ts';
import { describe, type Reply } from './reply.ts';
import { FORM_HEADERS, jsonRequest, QUERY } from './requests.ts';

/** Checks whether a server is still as it was when the audit began. */
export interface Health {
  /** Sends an ordinary query. Null if the response is the same as before, else what is wrong. */
  readonly ask: () => Promise<string | null>;
  /**
   * Sends requests of several kinds. Each one would have a different result if a built-in or an
   * inherited property was changed.
   */
  readonly examine: () => Promise<string | null>;
}

interface Probe {
  readonly name: string;
  readonly send: () => Promise<Reply>;
}

/** Records how the server responds now. @throws NoAudit if it does not answer an ordinary query */
export async function createHealth(audit: Audit): Promise<Health> {
  const { client, target, sample } = audit;
  const form = wholeForm(partsOf(formParts(target.dry, target.paths, sample)));
  const invalid = { query: '{ auditOfNothing }' };
  const query = {
    name: QUERY.query,
    send: () => client.send(jsonRequest(QUERY)),
  };
  const probes: readonly Probe[] = [
    query,
    { name: 'a request without a query', send: () => client.send(jsonRequest({})) },
    { name: 'a query that is not valid', send: () => client.send(jsonRequest(invalid)) },
    {
      name: 'an ordinary form',
      send: () => client.send({ headers: FORM_HEADERS, body: form }),
    },
  ];
  const before = new Map<Probe, readonly string[]>();
  for (const probe of probes) {
    before.set(probe, [fingerprint(await probe.send()), fingerprint(await probe.send())]);
  }
  const first = await query.send();
  if (first.kind !== 'answer' || first.result?.data?.['__typename'] === undefined) {
    throw new NoAudit(`The server does not answer ${QUERY.query}: ${describe(first)}`);
  }

  async function compare(probe: Probe): Promise<string | null> {
    const reply = await probe.send();
    // A server that limits the rate is healthy.
    if (reply.kind === 'answer' && reply.status === 429) return null;
    const [one = '', other = ''] = before.get(probe) ?? [];
    const now = fingerprint(reply);
    // Responses that differ from each other in health, by an id or a time, are compared by their
    // status.
    const same = one === other ? now === one : statusOf(now) === statusOf(one);
    return same ? null : `${probe.name} is answered differently than before: ${describe(reply)}`;
  }

  return {
    ask: () => compare(query),
    async examine() {
      for (const probe of probes) {
        const harm = await compare(probe);
        if (harm !== null) return harm;
      }
      return null;
    },
  };
}

function fingerprint(reply: Reply): string {
  return reply.kind === 'answer' ? `${reply.status} ${reply.text}` : reply.kind;
}

function statusOf(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}
