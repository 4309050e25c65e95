import { createClock } from './clock.ts';
import type { ProcessingTime } from './distributions.ts';
import { createRandom } from './random.ts';
import type { Schedule } from './schedules.ts';

export interface SimulationOptions {
  readonly schedule: Schedule;
  readonly processingTime: ProcessingTime;
  readonly photos: number;
  readonly seed: number;
  /** Average number of photos that are processed at a time. @default 4 */
  readonly inFlight?: number;
  /** The fraction of the polls that fail. @default 0 */
  readonly failing?: number;
  /**
   * After every this many photos the gateway is down for 30 s, and has forgotten all polls when it
   * returns.
   * @default never
   */
  readonly photosPerRestart?: number;
}

/** The result for one photo. */
export interface Outcome {
  readonly polls: number;
  /** Time from when the photo was ready until the gateway knew, in milliseconds. */
  readonly delayMs: number;
}

const ROUND_TRIP_MS = { least: 20, most: 50 };
const TIMER_LATENESS_MS = 4;
const RESTART_MS = 30_000;

/**
 * Uploads photos one after the other and polls each until it is ready, in simulated time. A poll
 * sees the state half a round trip after it was sent. The outcomes are in the order of the uploads.
 */
export function simulate(options: SimulationOptions): readonly Outcome[] {
  const { schedule, processingTime, photos, seed, inFlight = 4, failing = 0 } = options;
  const { photosPerRestart = Infinity } = options;
  const clock = createClock();
  const random = createRandom(seed);
  // Uses its own random source, so that every schedule gets the same photos.
  const timesRandom = createRandom(seed + 1_000_000);
  const outcomes: Outcome[] = [];
  let goneUntilMs = 0;

  function upload(photo: number) {
    const uploadedAtMs = clock.nowMs;
    const readyAtMs = processingTime(photo, timesRandom);
    if ((photo + 1) % photosPerRestart === 0) goneUntilMs = clock.nowMs + RESTART_MS;
    let state = { askedAtMs: 0, polls: 0, failures: 0 };
    let polls = 0;

    const ageMs = () => clock.nowMs - uploadedAtMs;
    function plan() {
      const next = schedule.nextPollAgeMs({ ...state, ageMs: ageMs(), random: random() });
      clock.after(next - ageMs() + TIMER_LATENESS_MS * random(), poll);
    }
    function poll() {
      if (clock.nowMs < goneUntilMs) {
        state = { askedAtMs: 0, polls: 0, failures: 0 };
        clock.after(goneUntilMs - clock.nowMs, plan);
        return;
      }
      const sentAtMs = ageMs();
      const { least, most } = ROUND_TRIP_MS;
      const roundTripMs = least + (most - least) * random();
      const failed = random() < failing;
      polls += 1;
      clock.after(roundTripMs, function answer() {
        state = { ...state, polls: state.polls + 1, failures: failed ? state.failures + 1 : 0 };
        if (!failed && sentAtMs + roundTripMs / 2 >= readyAtMs) {
          outcomes[photo] = { polls, delayMs: ageMs() - readyAtMs };
          schedule.observe({ notReadyAtMs: state.askedAtMs, readyAtMs: sentAtMs });
          return;
        }
        if (!failed) state = { ...state, askedAtMs: sentAtMs };
        plan();
      });
    }

    if (photo + 1 < photos) {
      const pauseMs = (2 * random() * Math.min(readyAtMs, 10_000)) / inFlight;
      clock.after(pauseMs, () => upload(photo + 1));
    }
    plan();
  }

  clock.after(0, () => upload(0));
  clock.runAll();
  return outcomes;
}
