import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RepairType } from '../photos/studio-photo.ts';
import { BackgroundChoice } from './background-choice.tsx';
import { usePage } from './page-context.ts';
import { RepairCard } from './repair-card.tsx';

const TYPES = [
  'REPAIR',
  'COLORIZE',
  'SUPER_RESOLUTION',
  'REPLACE_BACKGROUND',
] as const satisfies readonly RepairType[];

/** The choice of the repair, as pictures. Only a new background has a colour. */
export function RepairChoice() {
  const { studio, words } = usePage();
  const background = useSignal(studio.repair.peek().background ?? '#ffffff');
  const { type: chosen, background: wanted } = studio.repair.value;
  // It may have been chosen elsewhere on the page.
  useEffect(() => {
    if (wanted !== null) background.value = wanted;
  }, [wanted]);

  function choose(type: RepairType) {
    const needsColour = type === 'REPLACE_BACKGROUND';
    studio.repair.value = { type, background: needsColour ? background.value : null };
  }

  function colour(value: string) {
    background.value = value;
    choose('REPLACE_BACKGROUND');
  }

  return (
    <div class="repair">
      <fieldset class="repair-choice" role="radiogroup">
        <legend>{words.repair.legend}</legend>
        <div class="repair-cards">
          {TYPES.map((type) => (
            <RepairCard
              key={type}
              {...{ type }}
              background={background.value}
              isChosen={type === chosen}
              onChoose={() => choose(type)}
            />
          ))}
        </div>
      </fieldset>
      {chosen === 'REPLACE_BACKGROUND' && (
        <BackgroundChoice colour={background.value} onColour={colour} />
      )}
    </div>
  );
}
