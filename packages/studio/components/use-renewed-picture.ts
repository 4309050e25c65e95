import { useState } from 'preact/hooks';
import { usePage } from './page-context.ts';

export interface RenewedPicture {
  /**
   * Increases with each renewed address: an element with the same source would not load it again.
   */
  readonly attempt: number;
  /** Whether the picture could not be loaded even from a renewed address. */
  readonly isBroken: boolean;
  readonly onError: () => void;
  readonly reload: () => void;
}

/** Asks for a new address when a restored picture does not load: the old one may have expired. */
export function useRenewedPicture(key: string): RenewedPicture {
  const { studio } = usePage();
  const [attempt, setAttempt] = useState(0);
  const [isBroken, setIsBroken] = useState(false);

  async function renew() {
    const address = await studio.renewAddress(key);
    setIsBroken(address === null);
    setAttempt((attempts) => attempts + 1);
  }

  return {
    attempt,
    isBroken,
    onError() {
      if (attempt === 0) void renew();
      else setIsBroken(true);
    },
    reload: () => void renew(),
  };
}
