import { useId } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** Takes a photo of a print with the camera. Only phones and tablets have it. */
export function Camera() {
  const { studio, words } = usePage();
  const id = useId();

  function take({ currentTarget }: { readonly currentTarget: HTMLInputElement }) {
    studio.add(currentTarget.files ?? []);
    currentTarget.value = '';
  }

  return (
    <label class="camera button">
      <input
        type="file"
        class="cover"
        accept="image/*"
        capture="environment"
        aria-labelledby={id}
        onChange={take}
      />
      <Icon name="camera" />
      <span {...{ id }}>{words.composer.takePhoto}</span>
    </label>
  );
}
