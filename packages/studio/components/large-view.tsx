import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { CardPartProps } from './card-part.ts';
import { Comparison } from './comparison.tsx';
import { DownloadLink } from './download-link.tsx';
import { IconButton } from './icon-button.tsx';
import { usePage } from './page-context.ts';
import type { RenewedPicture } from './use-renewed-picture.ts';

export interface LargeViewProps extends CardPartProps {
  readonly picture: RenewedPicture;
  /** Called when it was closed, in any way. */
  readonly onClose: () => void;
}

/** A photo as large as the window. The browser itself restores the focus when it is closed. */
export function LargeView({ photo, name, picture, onClose }: LargeViewProps) {
  const { close } = usePage().words.photo.actions;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useLayoutEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog
      ref={dialog}
      class="large"
      aria-labelledby={id}
      {...{ onClose }}
      onClick={({ target, currentTarget }) => {
        // A click beside the content hits the dialog itself.
        if (target === currentTarget) currentTarget.close();
      }}
    >
      <div class="large-content">
        <header class="large-header">
          <h2 {...{ id }} title={name}>
            {name}
          </h2>
          <DownloadLink {...{ photo, name }} />
          <IconButton
            icon="close"
            action={close}
            autofocus
            onClick={() => dialog.current?.close()}
          />
        </header>
        <Comparison
          {...{ photo, name }}
          beforeUrl={photo.beforeUrl}
          afterUrl={photo.afterUrl}
          attempt={picture.attempt}
          isBroken={picture.isBroken}
          onError={picture.onError}
        />
      </div>
    </dialog>
  );
}
