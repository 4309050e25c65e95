import type { LoggedCall } from './ledger-provider.ts';

/** What a test does to a fleet, and which second calls of the provider that excuses. */
export interface Disturbances {
  /** Notes that this gateway ends now: others take over its photos. */
  gatewayEnds(name: string): void;
  /** Notes that the database goes away now. Returns a function that notes when all may be settled again. */
  databaseEnds(): (settledAtMs: number) => void;
  /** Whether the gateway of the later call may have taken over from that of the earlier one. */
  excuse(earlier: LoggedCall, later: LoggedCall): boolean;
  /** Whether the call may be repeated by any gateway, since what it brought could not be stored. */
  excuseRepeat(earlier: LoggedCall): boolean;
}

interface Disturbance {
  /** Null for the database, which all share. */
  readonly gateway: string | null;
  readonly fromMs: number;
  untilMs: number;
}

/** How long after a download its picture may not be stored yet, on a busy machine. */
const STORING_MS = 5000;

export function createDisturbances(): Disturbances {
  const all: Disturbance[] = [];

  function note(gateway: string | null): Disturbance {
    const disturbance = { gateway, fromMs: performance.now(), untilMs: Infinity };
    all.push(disturbance);
    return disturbance;
  }

  const during = ({ atMs }: LoggedCall) =>
    all.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs <= untilMs);

  return {
    gatewayEnds: (name) => void note(name),
    databaseEnds() {
      const disturbance = note(null);
      return (settledAtMs) => void (disturbance.untilMs = settledAtMs);
    },
    excuse: (earlier, later) =>
      during(later).some(({ gateway }) => gateway === null || gateway === earlier.gateway),
    excuseRepeat: ({ atMs, gateway }) =>
      during({ gateway, atMs: atMs + STORING_MS }).some((each) => each.gateway === null),
  };
}

/** Each call with the one after it. */
export function pairsOf(calls: readonly LoggedCall[] = []): (readonly [LoggedCall, LoggedCall])[] {
  return calls.slice(1).flatMap((later, index) => {
    const earlier = calls[index];
    return earlier === undefined ? [] : [[earlier, later] as const];
  });
}
