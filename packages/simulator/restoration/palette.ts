/** The colour of one tone: its brightness, from 0 to 1, and its red, green and blue. */
type Stop = readonly [brightness: number, red: number, green: number, blue: number];

/** Blue-difference and red-difference (BT.601) for each of 256 brightnesses; 0 is grey. */
export interface Palette {
  readonly blueDifference: Float32Array;
  readonly redDifference: Float32Array;
}

/** Colours of people: brown hair, warm skin, cream in strong light. */
export const FIGURE: readonly Stop[] = [
  [0, 22, 18, 18],
  [0.2, 66, 45, 34],
  [0.45, 160, 108, 82],
  [0.65, 214, 160, 130],
  [0.85, 240, 208, 182],
  [1, 255, 249, 238],
];

/** Colours behind people: brown shade, greenish walls, grey-blue distance. */
export const SURROUNDINGS: readonly Stop[] = [
  [0, 18, 18, 20],
  [0.22, 66, 56, 47],
  [0.45, 108, 118, 110],
  [0.65, 146, 164, 168],
  [1, 246, 248, 250],
];

/** Colours of what is bright and high up: sky. */
export const SKY: readonly Stop[] = [
  [0, 18, 22, 30],
  [0.5, 92, 124, 158],
  [0.75, 150, 188, 222],
  [1, 250, 252, 255],
];

/** Colours of what is low: cloth, ground. */
export const GROUND: readonly Stop[] = [
  [0, 16, 16, 22],
  [0.35, 66, 76, 104],
  [0.65, 152, 160, 176],
  [1, 252, 248, 240],
];

/** Interpolates a palette for every brightness, linearly between the stops. */
export function createPalette(stops: readonly Stop[]): Palette {
  const chromas = Array.from({ length: 256 }, (_, brightness) => chromaAt(stops, brightness / 255));
  return {
    blueDifference: Float32Array.from(chromas, ([blue]) => blue),
    redDifference: Float32Array.from(chromas, ([, red]) => red),
  };
}

function chromaAt(
  stops: readonly Stop[],
  brightness: number,
): readonly [blue: number, red: number] {
  const next = stops.findIndex(([at]) => at >= brightness);
  const above = stops[next] ?? stops.at(-1);
  const below = stops[next - 1] ?? above;
  if (above === undefined || below === undefined) return [0, 0];
  const share = above[0] === below[0] ? 0 : (brightness - below[0]) / (above[0] - below[0]);
  const [blueBelow, redBelow] = chromaOf(below);
  const [blueAbove, redAbove] = chromaOf(above);
  return [blueBelow + share * (blueAbove - blueBelow), redBelow + share * (redAbove - redBelow)];
}

function chromaOf([, red, green, blue]: Stop): readonly [blue: number, red: number] {
  const brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
  return [(blue - brightness) / 1.772, (red - brightness) / 1.402];
}
