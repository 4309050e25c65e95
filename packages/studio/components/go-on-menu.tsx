import { useState } from 'preact/hooks';
import type { RepairType } from '../photos/studio-photo.ts';
import type { CardPartProps } from './card-part.ts';
import { goToComposer } from './go-to-composer.ts';
import { DeleteItem } from './delete-item.tsx';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';
import { usePage } from './page-context.ts';
import { copyPicture, sharePicture } from './picture-actions.ts';
import { canShareFiles } from './picture-access.ts';

/** The repairs that a picture may still need, by the one that it had. */
const FURTHER = {
  REPAIR: ['COLORIZE', 'REPLACE_BACKGROUND'],
  COLORIZE: ['REPLACE_BACKGROUND'],
  SUPER_RESOLUTION: ['REPAIR', 'COLORIZE'],
  REPLACE_BACKGROUND: ['REPLACE_BACKGROUND', 'SUPER_RESOLUTION'],
} as const satisfies Record<RepairType, readonly RepairType[]>;

/** What can be done with a restored photo beside downloading it. */
export function GoOnMenu({ photo, name }: CardPartProps) {
  const { studio, words } = usePage();
  const { goOn } = words;
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  const { key, repair } = photo;
  const further = studio.hasOriginal(photo) ? FURTHER[repair?.type ?? 'REPAIR'] : [];

  async function restoreFurther(type: RepairType) {
    const background = type === 'REPLACE_BACKGROUND' ? (repair?.background ?? '#ffffff') : null;
    const isAdded = await studio.reuse(key, { type, background });
    setOutcome(isAdded ? null : 'failed');
    if (isAdded) goToComposer();
  }

  async function withPicture(action: 'copyPicture' | 'sharePicture') {
    try {
      await { copyPicture, sharePicture }[action](photo, (wanted) => studio.renewAddress(wanted));
      setOutcome(action === 'copyPicture' ? 'copied' : null);
    } catch (error) {
      // The visitor may have changed their mind.
      const isChanged = error instanceof DOMException && error.name === 'AbortError';
      setOutcome(isChanged ? null : 'failed');
    }
  }

  return (
    <Menu icon="more" label={words.photo.actionOn(goOn.open, name)} class="card-menu">
      {further.map((type) => (
        <button
          key={type}
          type="button"
          class="menu-item"
          data-closes
          onClick={() => void restoreFurther(type)}
        >
          <Icon name="palette" />
          {goOn.further[type]}
        </button>
      ))}
      {'ClipboardItem' in window && (
        <button type="button" class="menu-item" onClick={() => void withPicture('copyPicture')}>
          <Icon name="copy" />
          {goOn.copy}
        </button>
      )}
      {canShareFiles() && (
        <button type="button" class="menu-item" onClick={() => void withPicture('sharePicture')}>
          <Icon name="share" />
          {goOn.share}
        </button>
      )}
      <DeleteItem photoKey={key} />
      {outcome !== null && <p role="status">{goOn[outcome]}</p>}
    </Menu>
  );
}
