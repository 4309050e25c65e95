import { readFile } from 'node:fs/promises';
import { createAudit, type Audit, type Subject } from './audit.ts';
import type { AuditCase } from './case.ts';
import { caseGroups } from './cases/groups.ts';
import { createClient } from './client.ts';
import { discover } from './discover.ts';
import { hasRun } from './expect.ts';
import { partsOf } from './form-parts.ts';
import { createHealth } from './health.ts';
import { NoAudit } from './no-audit.ts';
import type { AuditOptions } from './options.ts';
import { describe } from './reply.ts';
import type { Report } from './report.ts';
import { resolveHost } from './resolve-host.ts';
import { runCases, type RunOptions } from './run-cases.ts';
import { onePixel } from './sample-file.ts';
import { createUploadBudget } from './upload-budget.ts';

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

/**
 * Audits the server at `options.url`.
 * @throws NoAudit if the audit is not allowed, or there is nothing to audit
 */
export async function runAudit(
  options: AuditOptions,
  onResult?: RunOptions['onResult'],
): Promise<Report> {
  const cases = chooseCases(options.only);
  const budget = createUploadBudget(options['max-uploads']);
  const audit = await prepare(options, budget);
  await expectDryForm(audit);
  const health = await createHealth(audit);
  const results = await runCases({
    audit,
    health,
    cases,
    deadlineMs: options.deadline,
    onResult,
  });
  return { url: options.url.href, uploads: budget.spent, results };
}

function chooseCases(only: readonly string[] | undefined): readonly AuditCase[] {
  const all = caseGroups.flatMap(({ cases }) => cases);
  const unknown = only?.find((wanted) => !all.some(({ id }) => id === wanted));
  if (unknown !== undefined) throw new NoAudit(`There is no case ${unknown} (--only).`);
  return only ? all.filter(({ id }) => only.includes(id)) : all;
}

async function prepare(
  options: AuditOptions,
  budget: ReturnType<typeof createUploadBudget>,
): Promise<Audit> {
  const { url, timeout: timeoutMs } = options;
  const lookup = await resolveHost(url, options.anywhere);
  const given = Object.fromEntries(options.header);
  const cookie = given['cookie'] === undefined ? {} : { cookie: given['cookie'] };
  const client = createClient({ url, timeoutMs, lookup, headers: { accept: ACCEPT, ...given } });
  const crossSiteClient = createClient({
    url,
    timeoutMs,
    lookup,
    headers: { accept: ACCEPT, ...cookie },
  });
  const { uploads, subscription } = await discover(client, {
    ...options,
    fileArgument: options['file-argument'],
  });
  const find = (wanted: string) => uploads.find(({ shape }) => shape === wanted)?.target ?? null;
  const subject: Subject = {
    client,
    crossSiteClient,
    target: uploads[0].target,
    nested: find('nested'),
    list: find('list'),
    subscription,
    mustStream: options.subscription !== undefined,
    sample: await readSample(options.file),
    timeoutMs,
    stallTimeoutMs: options['stall-timeout'],
    streamTimeoutMs: options['stream-timeout'],
    oversizeBytes: options['oversize-bytes'],
  };
  return createAudit(subject, budget);
}

async function readSample(path: string | undefined): Promise<Buffer> {
  if (path === undefined) return onePixel;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new NoAudit(`The file of --file cannot be read: ${path}.`, { cause });
  }
}

/**
 * Most cases are this form with one thing changed. If it is refused itself, all would seem to pass.
 */
async function expectDryForm({ sendForm, dry, target }: Audit): Promise<void> {
  const reply = await sendForm(partsOf(dry));
  if (reply.kind === 'answer' && hasRun(reply, target.mutationType)) return;
  throw new NoAudit(
    `The server refuses an ordinary form whose mutation is skipped, so no other form would prove anything: ${describe(reply)}. The operation: ${target.dry.query}`,
  );
}
