import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface MenuProps {
  readonly icon: IconName;
  /** The accessible name of its button. */
  readonly label: string;
  readonly class?: string;
  /** What opens. It closes after a click on an element with `data-closes` within it. */
  readonly children: ComponentChildren;
}

/** A button that opens a small panel of further actions. */
export function Menu({ icon, label, class: extra = '', children }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!isOpen) return undefined;
    const listening = new AbortController();
    const { signal } = listening;
    function closeOutside({ target }: Event) {
      if (target instanceof Node && !element.current?.contains(target)) setIsOpen(false);
    }
    function closeByKey({ key }: KeyboardEvent) {
      if (key !== 'Escape') return;
      setIsOpen(false);
      button.current?.focus();
    }
    document.addEventListener('pointerdown', closeOutside, { signal });
    document.addEventListener('focusin', closeOutside, { signal });
    document.addEventListener('keydown', closeByKey, { signal });
    return () => listening.abort();
  }, [isOpen]);

  return (
    <div ref={element} class={`menu ${extra}`}>
      <button
        ref={button}
        type="button"
        class="button-icon"
        aria-label={label}
        title={label}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Icon name={icon} />
      </button>
      {isOpen && (
        <div
          {...{ id }}
          class="menu-panel"
          onClick={({ target }) => {
            if (!(target instanceof Element) || target.closest('[data-closes]') === null) return;
            button.current?.focus();
            setIsOpen(false);
          }}
        >
          {children}
        </div>
      )}
    </div>
  );
}
