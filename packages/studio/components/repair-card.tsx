import { useId } from 'preact/hooks';
import type { RepairType } from '../photos/studio-photo.ts';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { RepairArt } from './repair-art.tsx';

export interface RepairCardProps {
  readonly type: RepairType;
  /** As `#rrggbb`. */
  readonly background: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** One repair, to be chosen by its picture. */
export function RepairCard({ type, background, isChosen, onChoose }: RepairCardProps) {
  const { name, line } = usePage().words.repair[type];
  const id = useId();
  return (
    <label class="repair-card">
      <input
        type="radio"
        class="cover"
        name="repair"
        value={type}
        checked={isChosen}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-line`}
        onChange={onChoose}
      />
      <span class="repair-art">
        <RepairArt {...{ type, background }} />
        <span class="repair-check">
          <Icon name="check" />
        </span>
      </span>
      <span class="repair-text">
        <span id={`${id}-name`} class="repair-name">
          {name}
        </span>
        <span id={`${id}-line`} class="repair-line">
          {line}
        </span>
      </span>
    </label>
  );
}
