import { useStore } from 'zustand';
import type { Exchange, Exchanges } from './exchanges.ts';
import { formatBytes, formatMs, formatTime } from './measures.ts';

export interface AnswerFactsProps {
  readonly exchanges: Exchanges;
  /** The open tab. */
  readonly tabId: string | undefined;
}

/** Status, duration and size of the answer below; of a subscription, its events and their times. */
export function AnswerFacts({ exchanges, tabId }: AnswerFactsProps) {
  const exchange = useStore(exchanges.store, (all) => all.get(tabId ?? ''));
  if (exchange === undefined) return null;
  return (
    <section className="facts" aria-label="Answer">
      <p>{describe(exchange)}</p>
      {exchange.events !== null && exchange.events.length > 0 && (
        <details className="fold">
          <summary>Event log ({exchange.forgotten + exchange.events.length})</summary>
          <ol className="events" tabIndex={0} aria-label="Event log">
            {exchange.events.map((event, index) => (
              <li key={exchange.forgotten + index}>
                <time>{formatTime(event.at)}</time> <span>+{formatMs(event.afterMs)}</span>{' '}
                <span>{event.what}</span>{' '}
                {event.sizeBytes !== null && <span>{formatBytes(event.sizeBytes)}</span>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

function describe({ status, elapsedMs, sizeBytes }: Exchange): string {
  if (elapsedMs === null) return 'Waiting for the answer…';
  return [status ?? 'No answer', formatMs(elapsedMs), formatBytes(sizeBytes)].join(' · ');
}
