import { Failure } from './failure.ts';

/** The simulator's only customer, with a number of paid uploads. */
export interface Account {
  readonly thirdCode: string;
  /** Remaining uploads. */
  uploadsLeft: number;
  /** @throws Failure 9101 if no upload is left. */
  requireUpload(): void;
  /**
   * Uses one upload.
   * @throws Failure 9101 if none is left; then nothing changes.
   */
  charge(): void;
  /** Gives back what `charge` used. */
  refund(): void;
}

export function createAccount(thirdCode: string, uploads: number): Account {
  const account: Account = {
    thirdCode,
    uploadsLeft: uploads,
    requireUpload: () => {
      if (account.uploadsLeft < 1) throw new Failure(9101);
    },
    charge: () => {
      account.requireUpload();
      account.uploadsLeft -= 1;
    },
    refund: () => {
      account.uploadsLeft += 1;
    },
  };
  return account;
}
