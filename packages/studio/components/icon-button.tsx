import type { ButtonHTMLAttributes } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export interface IconButtonProps extends ButtonHTMLAttributes {
  readonly icon: IconName;
  /** The action, in a word. */
  readonly action: string;
  /**
   * The accessible name, if the action alone does not tell the button from others.
   * @default action
   */
  readonly label?: string;
}

/** A button with an icon for its action. */
export function IconButton({ icon, action, label = action, ...others }: IconButtonProps) {
  return (
    <button type="button" class="button-icon" aria-label={label} title={action} {...others}>
      <Icon name={icon} />
    </button>
  );
}
