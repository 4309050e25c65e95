import { NotApplicable } from './case-errors.ts';

/** Counts the uploads that a server may have charged for. */
export interface UploadBudget {
  readonly spent: number;
  /**
   * Runs `upload`. `isCharged` says of its result whether it may have been charged.
   * @throws NotApplicable if it might exceed the budget
   */
  spend<T>(upload: () => Promise<T>, isCharged: (outcome: T) => boolean): Promise<T>;
}

/**
 * A budget of `max` uploads. An upload in progress counts as spent until it is known to have
 * failed.
 */
export function createUploadBudget(max: number): UploadBudget {
  let spent = 0;
  let running = 0;
  return {
    get spent() {
      return spent;
    },
    async spend(upload, isCharged) {
      if (spent + running >= max) {
        throw new NotApplicable(`might be upload ${max + 1}, and --max-uploads is ${max}`);
      }
      running += 1;
      let charged = true;
      try {
        const outcome = await upload();
        charged = isCharged(outcome);
        return outcome;
      } finally {
        running -= 1;
        if (charged) spent += 1;
      }
    },
  };
}
