import { setTimeout as delay } from 'node:timers/promises';
import type { Audit } from './audit.ts';
import type { AuditCase } from './case.ts';
import { CaseFailed, NotApplicable, type Severity } from './case-errors.ts';
import type { Health } from './health.ts';

/** The result of a case. */
export type Verdict = 'passed' | 'failed' | 'not applicable' | 'not run';

/** One line of the table. */
export interface CaseResult {
  readonly id: string;
  readonly verdict: Verdict;
  /** The severity of the case, or of a failure that weighs less. */
  readonly severity: Severity;
  /** What was observed, or why nothing was. */
  readonly seen: string;
  /** Whether the server was no longer healthy after it. */
  readonly fatal?: boolean;
}

/** The cases to run, the server and the deadline. */
export interface RunOptions {
  readonly audit: Audit;
  readonly health: Health;
  readonly cases: readonly AuditCase[];
  /** No case begins after it. */
  readonly deadlineMs: number;
  /** Called with each result as it arrives, in the order in which the cases end. */
  readonly onResult?: ((result: CaseResult) => void) | undefined;
}

/** How long a server that was taken down has to recover. */
const RECOVERY_MS = 3000;
/** Time beyond its own waits that no case should need. */
const MARGIN_MS = 20_000;

/**
 * Runs `cases` against a server: those that only wait beside the others, the others one after the
 * other, each followed by an ordinary query, and those that may harm the server at the end. Once
 * the server no longer responds, the remaining cases are not run. Never rejects.
 */
export async function runCases(options: RunOptions): Promise<readonly CaseResult[]> {
  const { audit, health, cases, deadlineMs, onResult } = options;
  const startedAt = performance.now();
  const results: CaseResult[] = [];
  let harm: string | null = null;

  function note(result: CaseResult) {
    results.push(result);
    onResult?.(result);
  }

  async function runBeside(auditCase: AuditCase) {
    const result = await judge(auditCase, audit, health);
    // A connection that ended because the server did says nothing.
    note(harm === null ? result : notRun(auditCase, harm));
  }

  async function runAlone(auditCase: AuditCase) {
    if (harm !== null) return note(notRun(auditCase, harm));
    if (performance.now() - startedAt > deadlineMs) {
      return note(
        notRun(auditCase, `the time of the audit was over after ${deadlineMs} ms (--deadline)`),
      );
    }
    const result = await judge(auditCase, audit, health);
    const after = await (auditCase.last ? health.examine() : health.ask());
    if (after === null) return note(result);
    const fatal = !(await recovers(health));
    if (fatal) harm = `the server was not healthy after ${auditCase.id}`;
    note({
      ...result,
      verdict: 'failed',
      severity: 'hostile',
      seen: `${result.seen}; afterwards ${after}`,
      fatal,
    });
  }

  const beside = cases.filter((auditCase) => auditCase.beside).map(runBeside);
  for (const auditCase of cases.filter(({ beside: aside, last }) => !aside && !last)) {
    await runAlone(auditCase);
  }
  await Promise.all(beside);
  for (const auditCase of cases.filter(({ last }) => last)) await runAlone(auditCase);
  return cases.flatMap(({ id }) => results.find((result) => result.id === id) ?? []);
}

async function judge(auditCase: AuditCase, audit: Audit, health: Health): Promise<CaseResult> {
  const { id, severity } = auditCase;
  const limitMs = MARGIN_MS + Math.max(audit.stallTimeoutMs, audit.streamTimeoutMs);
  const giveUp = new AbortController();
  const limit = delay(limitMs, null, { signal: giveUp.signal });
  limit.catch(() => undefined);
  try {
    const seen = await Promise.race([auditCase.run(audit, health), limit]);
    if (seen !== null) return { id, verdict: 'passed', severity, seen };
    return { id, verdict: 'failed', severity, seen: `not done within ${limitMs} ms` };
  } catch (error) {
    return { id, severity, ...verdictOf(error) };
  } finally {
    giveUp.abort();
  }
}

function verdictOf(error: unknown): Omit<CaseResult, 'id' | 'severity'> & Partial<CaseResult> {
  if (error instanceof NotApplicable) return { verdict: 'not applicable', seen: error.message };
  if (!(error instanceof CaseFailed)) {
    return { verdict: 'failed', seen: `the audit itself failed: ${String(error)}` };
  }
  const { message: seen, severity } = error;
  return severity ? { verdict: 'failed', seen, severity } : { verdict: 'failed', seen };
}

async function recovers(health: Health): Promise<boolean> {
  const until = performance.now() + RECOVERY_MS;
  while (performance.now() < until) {
    await delay(300);
    if ((await health.examine()) === null) return true;
  }
  return false;
}

function notRun({ id, severity }: AuditCase, why: string): CaseResult {
  return { id, verdict: 'not run', severity, seen: why };
}
