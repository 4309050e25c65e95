import type { ProviderProcess } from '../provider/start-provider.ts';
import type { Subject, SubjectName, SubjectOptions } from '../subjects/subject.ts';
import type { Scale } from './scale.ts';

/** One number that a scenario measures. */
export interface Figure {
  readonly key: string;
  readonly title: string;
  /** Whether more of it is better. With null it only explains the others, and no ratio is made. */
  readonly better: 'more' | 'less' | null;
  /** Digits behind the point. */
  readonly digits: number;
}

/** One server that a scenario measures, in one of its variants. */
export interface Case {
  readonly subject: SubjectName;
  /** What else differs, such as the number of uploads at once; empty where nothing does. */
  readonly variant: string;
}

/** What a scenario has for one measurement: everything in it is fresh, and ended afterwards. */
export interface Stage {
  readonly scale: Scale;
  readonly case: Case;
  readonly provider: ProviderProcess;
  /** Starts the server of this case, in front of the provider where nothing else is said. */
  readonly startSubject: (options?: Partial<SubjectOptions>) => Promise<Subject>;
}

export type Figures = Readonly<Record<string, number>>;

/** The peers keep no pictures as they were uploaded. The scenario `originals` tells what that costs. */
export const LIKE_PEERS = { settings: { ARCHIVE_ORIGINALS: 'off' } };

/** Something to measure of several servers, in the same way. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is done, for readers of the figures. */
  readonly about: string;
  readonly figures: readonly Figure[];
  cases(scale: Scale): readonly Case[];
  /** Measures one case once. */
  measure(stage: Stage): Promise<Figures>;
}

/** Cases that differ by the server alone. */
export function casesOf(...names: readonly SubjectName[]): readonly Case[] {
  return names.map((subject) => ({ subject, variant: '' }));
}
