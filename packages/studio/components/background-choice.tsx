import { SWATCHES } from './colour-name.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

export interface BackgroundChoiceProps {
  /** As `#rrggbb`. */
  readonly colour: string;
  readonly onColour: (colour: string) => void;
}

/** Chooses the background of an ID photo: one of the usual colours, or any other. */
export function BackgroundChoice({ colour, onColour }: BackgroundChoiceProps) {
  const words = usePage().words.background;
  const isUsual = SWATCHES.some((swatch) => swatch.colour === colour);
  return (
    <fieldset class="swatches" role="radiogroup">
      <legend>{words.legend}</legend>
      <div class="swatch-row">
        {SWATCHES.map((swatch) => (
          <label key={swatch.name} class="swatch" title={words[swatch.name]}>
            <input
              type="radio"
              class="cover"
              name="background"
              value={swatch.colour}
              checked={swatch.colour === colour}
              aria-label={words[swatch.name]}
              onChange={() => onColour(swatch.colour)}
            />
            <span class="swatch-colour" style={{ backgroundColor: swatch.colour }} />
          </label>
        ))}
        <label class="swatch swatch-own" data-chosen={!isUsual} title={words.another}>
          <input
            type="color"
            class="cover"
            value={colour}
            aria-label={words.another}
            onInput={({ currentTarget }) => onColour(currentTarget.value)}
          />
          <span class="swatch-colour" style={isUsual ? undefined : { backgroundColor: colour }}>
            {isUsual && <Icon name="add" />}
          </span>
        </label>
      </div>
    </fieldset>
  );
}
