import { useId } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** Opens the file chooser. Files can also be dropped and pasted anywhere on the page. */
export function FilePicker() {
  const { studio, words } = usePage();
  const { choose, hint, hintOnTouch } = words.composer;
  const id = useId();

  function pick({ currentTarget }: { readonly currentTarget: HTMLInputElement }) {
    studio.add(currentTarget.files ?? []);
    // Otherwise picking the same file again would not be a change.
    currentTarget.value = '';
  }

  return (
    <label class="picker" title={studio.tray.value.length > 0 ? choose : undefined}>
      <input
        type="file"
        class="cover"
        multiple
        accept="image/*"
        data-focus-rest
        aria-labelledby={`${id}-choose`}
        aria-describedby={`${id}-hint`}
        onChange={pick}
      />
      <span class="badge">
        <Icon name="add" />
      </span>
      <span class="picker-text">
        <span id={`${id}-choose`} class="picker-choose">
          {choose}
        </span>
        <span id={`${id}-hint`} class="picker-hint">
          <span class="for-mouse">{hint}</span>
          <span class="for-touch">{hintOnTouch}</span>
        </span>
      </span>
    </label>
  );
}
