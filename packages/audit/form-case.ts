import type { Audit } from './audit.ts';
import type { AuditCase } from './case.ts';
import type { Sending } from './client.ts';
import { ran, ranOrRefused, refused } from './expect.ts';
import type { Part } from './form.ts';
import type { Reply } from './reply.ts';

/**
 * The required result of a dry form: its operation runs, it is refused, or either, as long as there
 * is a response.
 */
export type Outcome = 'ran' | 'refused' | 'either';

/** A case that consists of one form and its required result. */
export interface FormCase extends Omit<AuditCase, 'run'> {
  readonly outcome: Outcome;
  readonly form: (audit: Audit) => readonly Part[] | Sending['body'];
  readonly sending?: (audit: Audit) => Sending;
}

const judges: Readonly<Record<Outcome, (reply: Reply, mutationType: string) => string>> = {
  ran,
  refused,
  either: ranOrRefused,
};

/** Makes a case that sends one form whose operation would do nothing, and checks the response. */
export function formCase({ outcome, form, sending, ...rest }: FormCase): AuditCase {
  return {
    ...rest,
    async run(audit) {
      const reply = await audit.sendForm(form(audit), sending?.(audit));
      return judges[outcome](reply, audit.target.mutationType);
    },
  };
}
