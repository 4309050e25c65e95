import type { SwatchName, Words } from '../language/words.ts';

/** The usual backgrounds of ID photos. */
export const SWATCHES = [
  { name: 'white', colour: '#ffffff' },
  { name: 'grey', colour: '#e3e5e8' },
  { name: 'lightBlue', colour: '#a9d4f5' },
  { name: 'blue', colour: '#438edb' },
  { name: 'red', colour: '#d92626' },
] as const satisfies readonly { readonly name: SwatchName; readonly colour: string }[];

/** The name of a colour within a sentence; its code if it has none. */
export function colourName(colour: string, { locale, background }: Words): string {
  const usual = SWATCHES.find((swatch) => swatch.colour === colour);
  return usual ? background[usual.name].toLocaleLowerCase(locale) : colour;
}
