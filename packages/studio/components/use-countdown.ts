import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Failure } from '../gateway/failure.ts';

/** The remaining time until a failed photo may be tried again, in milliseconds; 0 when it may. */
export function useCountdown(failure: Failure): number {
  const endsAt = useMemo(() => Date.now() + (failure.retryAfterMs ?? 0), [failure]);
  const [now, setNow] = useState(Date.now);

  useEffect(() => {
    if (endsAt <= Date.now()) return undefined;
    const timer = setInterval(tick, 1000);
    function tick() {
      setNow(Date.now());
      if (Date.now() >= endsAt) clearInterval(timer);
    }
    return () => clearInterval(timer);
  }, [endsAt]);

  return Math.max(0, endsAt - now);
}
