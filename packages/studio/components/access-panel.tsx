import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

/** The form for the access key, for when the gateway requires one. */
export function AccessPanel() {
  const { studio, words } = usePage();
  const { title, text, label, refused, submit, endedTitle, ended } = words.access;
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const hasEnded = studio.wasKeyAccepted.value;
  const wasRefused = studio.accessKey.value !== '' && !hasEnded;

  useEffect(() => {
    // After a wrong key, the focus was lost together with the form that was there before.
    if (wasRefused) input.current?.focus();
  }, [wasRefused]);

  function signIn(event: SubmitEvent) {
    event.preventDefault();
    const key = input.current?.value.trim() ?? '';
    if (key === '') return;
    studio.signIn(key);
    // The form is gone by then, and the focus with it.
    document.querySelector<HTMLElement>('#composer-title')?.focus();
  }

  return (
    <section class="panel access" aria-labelledby={`${id}-title`}>
      <span class="badge">
        <Icon name="key" />
      </span>
      <div class="access-text">
        <h2 id={`${id}-title`}>{hasEnded ? endedTitle : title}</h2>
        <p id={`${id}-text`}>{hasEnded ? ended : text}</p>
      </div>
      <form class="access-form" onSubmit={signIn}>
        <label for={`${id}-key`}>{label}</label>
        <div class="access-row">
          <input
            ref={input}
            id={`${id}-key`}
            class="field"
            type="password"
            autocomplete="off"
            required
            aria-invalid={wasRefused}
            aria-describedby={`${id}-${wasRefused ? 'refused' : 'text'}`}
          />
          <button type="submit" class="button button-primary">
            {submit}
          </button>
        </div>
        {wasRefused && (
          <p id={`${id}-refused`} class="access-refused">
            <Icon name="alert" />
            {refused}
          </p>
        )}
      </form>
    </section>
  );
}
