import { CaseFailed, NotApplicable } from './case-errors.ts';
import { describe, type Answer, type Reply } from './reply.ts';

/** @throws CaseFailed if there was no response, and NotApplicable if the server limits the rate */
export function answered(reply: Reply): Answer {
  if (reply.kind !== 'answer') throw new CaseFailed(describe(reply));
  if (reply.status === 429) throw new NotApplicable('the server limits the rate (429)');
  return reply;
}

/** Whether a response is a GraphQL refusal: 4xx, or errors and no data. */
export function isRefusal({ status, result }: Answer): boolean {
  if (status >= 400 && status < 500) return true;
  return status >= 200 && status < 300 && result?.errors !== undefined && result.data == null;
}

/**
 * Passes if the request was refused. A 5xx refuses it too, but reports a client's mistake as the
 * server's own. Avoiding that is only recommended.
 */
export function refused(reply: Reply): string {
  const answer = answered(reply);
  if (isRefusal(answer)) return describe(answer);
  if (answer.status < 500) throw new CaseFailed(`not refused: ${describe(answer)}`);
  throw new CaseFailed(`refused as the server's own mistake: ${describe(answer)}`, 'should');
}

/** Whether a dry operation ran: its only result is `__typename`. */
export function hasRun({ status, result }: Answer, mutationType: string): boolean {
  return status >= 200 && status < 300 && result?.data?.['__typename'] === mutationType;
}

/** Passes if a dry operation ran, with its file. */
export function ran(reply: Reply, mutationType: string): string {
  const answer = answered(reply);
  if (hasRun(answer, mutationType)) return describe(answer);
  throw new CaseFailed(`not accepted: ${describe(answer)}`);
}

/** Passes if a dry operation ran or was refused, and got a response in any case. */
export function ranOrRefused(reply: Reply, mutationType: string): string {
  const answer = answered(reply);
  return hasRun(answer, mutationType)
    ? `accepted: ${describe(answer)}`
    : `refused: ${refused(answer)}`;
}
