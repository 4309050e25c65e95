import { usePage } from './page-context.ts';
import { RepairChoice } from './repair-choice.tsx';
import { SendBar } from './send-bar.tsx';
import { Tray } from './tray.tsx';

/** The panel in which photos are picked and a repair is chosen. */
export function Composer() {
  const { title, text } = usePage().words.composer;
  return (
    <section class="panel composer" aria-labelledby="composer-title">
      <div class="intro">
        <h1 id="composer-title" tabIndex={-1}>
          {title}
        </h1>
        <p>{text}</p>
      </div>
      <Tray />
      <RepairChoice />
      <SendBar />
    </section>
  );
}
