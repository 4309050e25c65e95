import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { describeChanges, phasesOf, type Phases } from './announcements.ts';
import { usePage } from './page-context.ts';

/** Announces changes of the page to screen readers. */
export function Announcer() {
  const { studio, words } = usePage();
  const [said, setSaid] = useState({ count: 0, text: '' });

  useEffect(() => {
    let before: Phases = new Map();
    let wasLost = false;

    function say(texts: readonly string[]) {
      if (texts.length === 0) return;
      setSaid(({ count }) => ({ count: count + 1, text: texts.join(' ') }));
    }
    const stops = [
      effect(() => {
        const photos = [...studio.tray.value, ...studio.gallery.value];
        say(describeChanges(before, photos, words, studio.limits.value.maxBytes));
        before = phasesOf(photos);
      }),
      effect(() => {
        const isLost = studio.connection.value === 'reconnecting';
        if (isLost !== wasLost)
          say([isLost ? words.announcements.lost : words.announcements.found]);
        wasLost = isLost;
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [studio, words]);

  return (
    <div role="status" class="visually-hidden">
      {/* A new element each time: a screen reader would not read an unchanged text again. */}
      <p key={said.count}>{said.text}</p>
    </div>
  );
}
