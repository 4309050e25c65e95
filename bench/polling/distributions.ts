import { normal, type Random } from './random.ts';

/** The provider's processing time for the photo with this number, in milliseconds. */
export type ProcessingTime = (photo: number, random: Random) => number;

const constant = (ms: number): ProcessingTime => {
  return () => ms;
};
const uniform = (fromMs: number, toMs: number): ProcessingTime => {
  return (_, random) => fromMs + (toMs - fromMs) * random();
};
const around = (ms: number, part: number) => uniform(ms * (1 - part), ms * (1 + part));
const logNormal = (medianMs: number, deviation: number): ProcessingTime => {
  return (_, random) => medianMs * Math.exp(deviation * normal(random));
};
const peaks = (firstPart: number, part: number): ProcessingTime => {
  return (photo, random) => around(random() < firstPart ? 2000 : 8000, part)(photo, random);
};
/**
 * A mean that depends on the photo's number, and a uniform spread of this part of it to either
 * side.
 */
const moving = (meanMs: (photo: number) => number, part: number): ProcessingTime => {
  return (photo, random) => around(meanMs(photo), part)(photo, random);
};
const drift = (photo: number) => 3000 + 3000 * Math.min(Math.max((photo - 200) / 500, 0), 1);
const tide = (photo: number) => 4500 - 1500 * Math.cos((photo / 500) * Math.PI);

export const distributions = {
  'constant 0.5 s': constant(500),
  'constant 1 s': constant(1000),
  'constant 3 s': constant(3000),
  'constant 7.3 s': constant(7300),
  'constant 60 s': constant(60_000),
  'uniform 0.2-0.8 s': uniform(200, 800),
  '3 s ± 20 %': around(3000, 0.2),
  '6 s ± 20 %': around(6000, 0.2),
  'uniform 3-9 s': uniform(3000, 9000),
  'uniform 1-60 s': uniform(1000, 60_000),
  'log-normal, median 1 s, σ 0.5': logNormal(1000, 0.5),
  'log-normal, median 4 s, σ 0.5': logNormal(4000, 0.5),
  'log-normal, median 4 s, σ 1': logNormal(4000, 1),
  'log-normal, median 20 s, σ 1': logNormal(20_000, 1),
  'exponential, mean 4 s': (_, random) => -4000 * Math.log(1 - random()),
  'two peaks, 2 s and 8 s, ± 5 %': peaks(0.5, 0.05),
  'two times, 2 s or 8 s': peaks(0.5, 0),
  'two peaks, 90 % 2 s, 10 % 8 s': peaks(0.9, 0.05),
  'drift 3 → 6 s over 500 photos, ± 20 %': moving(drift, 0.2),
  'tide 3 ↔ 6 s every 500 photos, ± 20 %': moving(tide, 0.2),
  'tide 3 ↔ 6 s every 500 photos, exact': moving(tide, 0),
  'jump 3 → 6 s at photo 500, ± 20 %': moving((photo) => (photo < 500 ? 3000 : 6000), 0.2),
  'jump 6 → 3 s at photo 500, ± 20 %': moving((photo) => (photo < 500 ? 6000 : 3000), 0.2),
  'jump 6 → 2 s at photo 500, exact': moving((photo) => (photo < 500 ? 6000 : 2000), 0),
  'jumps 3 ↔ 6 s every 200 photos, ± 20 %': moving(
    (photo) => (photo % 400 < 200 ? 6000 : 3000),
    0.2,
  ),
} satisfies Record<string, ProcessingTime>;

export type DistributionName = keyof typeof distributions;
