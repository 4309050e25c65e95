import type { ProcessUsage } from '../measure/process-usage.ts';

/** Every server that is measured. A `limit` does less than the task; nothing can be expected to beat it. */
export const subjects = {
  gateway: { title: 'gateway', kind: 'product' },
  apollo: { title: 'Apollo', kind: 'peer' },
  mercurius: { title: 'mercurius', kind: 'peer' },
  yoga: { title: 'plain Yoga', kind: 'peer' },
  nginx: { title: 'nginx', kind: 'limit' },
  bare: { title: '`node:http`', kind: 'limit' },
} as const;

export type SubjectName = keyof typeof subjects;

export const isSubjectName = (name: string): name is SubjectName => Object.hasOwn(subjects, name);

/** In the order of the columns. */
export const subjectNames: readonly SubjectName[] = Object.keys(subjects).filter(isSubjectName);

/** A server that runs. */
export interface Subject extends AsyncDisposable {
  readonly endpoint: URL;
  readonly pid: number;
  readonly usage: ProcessUsage;
  /** The name of its scalar for files. */
  readonly fileScalar: string;
}

/** Where a subject finds its provider; without one, the gateway starts its own simulator. */
export interface SubjectOptions {
  readonly providerUrl: string | null;
  /** Settings beside the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}
