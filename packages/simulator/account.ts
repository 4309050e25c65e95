import { Failure } from './failure.ts';

/** The one customer of the simulator, who has paid for some uploads. */
export interface Account {
  readonly thirdCode: string;
  /** Uploads that may still be made. */
  uploadsLeft: number;
  /** @throws Failure 9101 where no upload is left. */
  requireUpload(): void;
  /**
   * Takes one upload off.
   * @throws Failure 9101 where none is left; then nothing is taken.
   */
  charge(): void;
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
  };
  return account;
}
