import type { ButtonHTMLAttributes } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export interface IconButtonProps extends ButtonHTMLAttributes {
  readonly icon: IconName;
  /** What it does, in a word. */
  readonly action: string;
  /** The same, where that alone would not tell it from others of its kind. @default action */
  readonly label?: string;
}

/** A button that shows a sign for what it does. */
export function IconButton({ icon, action, label = action, ...others }: IconButtonProps) {
  return (
    <button type="button" class="button-icon" aria-label={label} title={action} {...others}>
      <Icon name={icon} />
    </button>
  );
}
