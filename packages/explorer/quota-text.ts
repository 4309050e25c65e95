import type { KnownQuota, QuotaState, Refusal } from './quota.ts';

/** The strip's text about the uploads left. */
export interface QuotaText {
  readonly title: string;
  readonly detail: string;
  readonly tone: 'calm' | 'warning';
  /** The label of the button that opens the headers editor, if a key is missing; else null. */
  readonly action: string | null;
}

/** Says what is left to spend, or what to do if that is unknown. */
export function describeQuota({ answer }: QuotaState): QuotaText {
  if (answer === null) return calm('Uploads left: …', 'Being asked for');
  return 'quota' in answer ? describeKnown(answer.quota) : describeRefusal(answer.refusal);
}

/** Whether the next upload would be refused, as far as the page knows. */
export function isSpent({ answer }: QuotaState): boolean {
  if (answer === null || !('quota' in answer)) return false;
  const { remaining, allowance } = answer.quota;
  return remaining === 0 || allowance?.remaining === 0;
}

function describeKnown({ accountCode, remaining, allowance }: KnownQuota): QuotaText {
  const title = `${remaining.toLocaleString('en')} ${remaining === 1 ? 'upload' : 'uploads'} left`;
  if (remaining === 0) {
    return warning('No uploads left', `The account ${accountCode} must be topped up first.`);
  }
  if (allowance === null) return calm(title, `In the account ${accountCode}`);
  const renewsAt = new Date(allowance.resetsAt).toLocaleTimeString('en-GB', { timeStyle: 'short' });
  const detail = `Your allowance: ${allowance.remaining} of ${allowance.limit} left today, renewed at ${renewsAt}`;
  return allowance.remaining === 0 ? warning(title, detail) : calm(title, detail);
}

function describeRefusal({ code, message, credential }: Refusal): QuotaText {
  if (code !== 'UNAUTHENTICATED') return warning('Uploads left: not known', message);
  return credential
    ? { ...warning('This key is not accepted', message), action: 'Change the key' }
    : {
        ...warning('An API key is needed', 'It goes into Headers, below the operation.'),
        action: 'Enter a key',
      };
}

function calm(title: string, detail: string): QuotaText {
  return { title, detail, tone: 'calm', action: null };
}

function warning(title: string, detail: string): QuotaText {
  return { title, detail, tone: 'warning', action: null };
}
