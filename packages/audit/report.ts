import type { AuditCase } from './case.ts';
import { caseGroups } from './cases/groups.ts';
import type { CaseResult, Verdict } from './run-cases.ts';

/** The findings of an audit. */
export interface Report {
  readonly url: string;
  readonly uploads: number;
  readonly results: readonly CaseResult[];
}

const marks: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not applicable': 'n/a',
  'not run': 'not run',
};

/**
 * Whether no failure was found, nor any case left out, that a specification requires or an attacker
 * could exploit.
 */
export function isSound(results: readonly CaseResult[]): boolean {
  return results.every(
    ({ severity, verdict }) =>
      verdict === 'passed' ||
      verdict === 'not applicable' ||
      (verdict === 'failed' && severity === 'should'),
  );
}

/** The table: one line for each case, and the meaning of each failure at the end. */
export function printReport({ url, uploads, results }: Report): string {
  const lines = [`Audit of ${url}`];
  for (const { title, cases: grouped } of caseGroups) {
    const rows = cases(results).filter(([auditCase]) => grouped.includes(auditCase));
    if (rows.length === 0) continue;
    lines.push('', title);
    for (const [{ id }, { severity, verdict, seen }] of rows) {
      lines.push(`  ${marks[verdict].padEnd(8)}${severity.padEnd(9)}${id.padEnd(30)}${seen}`);
    }
  }
  const failed = cases(results).filter(([, { verdict }]) => verdict === 'failed');
  if (failed.length > 0) lines.push('', 'What failed');
  for (const [{ id, sentence, reference }, { severity, seen }] of failed) {
    lines.push(`  ${id} (${severity}): ${sentence}`, `      ${seen}`, `      ${reference}`);
  }
  lines.push('', `${summary(results)}; ${uploads} uploads made`);
  return lines.join('\n');
}

/** The machine-readable form, as one object. */
export function reportAsJson({ url, uploads, results }: Report): string {
  const found = cases(results).map(([{ sentence, reference }, result]) => {
    const { id, verdict, severity, seen, fatal = false } = result;
    return { id, verdict, severity, sentence, reference, seen, fatal };
  });
  return JSON.stringify({ url, sound: isSound(results), uploads, cases: found }, null, 2);
}

/** The number of cases per verdict, and the failed ones per severity. */
export function summary(results: readonly CaseResult[]): string {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const failures = results
    .filter(({ verdict }) => verdict === 'failed')
    .map(({ severity }) => severity);
  const bySeverity = (['must', 'should', 'hostile'] as const)
    .map((severity) => `${failures.filter((each) => each === severity).length} ${severity}`)
    .join(', ');
  return `${count('passed')} passed, ${count('failed')} failed (${bySeverity}), ${count('not applicable')} not applicable, ${count('not run')} not run`;
}

function cases(results: readonly CaseResult[]): readonly (readonly [AuditCase, CaseResult])[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return caseGroups
    .flatMap((group) => group.cases)
    .flatMap((auditCase) => {
      const result = byId.get(auditCase.id);
      return result ? [[auditCase, result] as const] : [];
    });
}
