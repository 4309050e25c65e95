import { ReloadIcon } from '@graphiql/react';
import { useStore } from 'zustand';
import type { Quota } from './quota.ts';
import { describeQuota } from './quota-text.ts';
import { useKeyTemplate } from './use-key-template.ts';

export interface QuotaLineProps {
  readonly quota: Quota;
  /** Refreshes the quota. */
  readonly onRefresh: () => void;
}

/** The uploads left. Its position and height are constant, whatever it says. */
export function QuotaLine({ quota, onRefresh }: QuotaLineProps) {
  const state = useStore(quota.store);
  const { title, detail, tone, action } = describeQuota(state);
  const writeKeyTemplate = useKeyTemplate();
  return (
    <section className="quota" aria-label="Quota" data-tone={tone} aria-busy={state.asking}>
      <p className="quota-text" role="status">
        <strong>{title}</strong>
        <span>{detail}</span>
      </p>
      {action !== null && (
        <button type="button" className="strip-button" onClick={writeKeyTemplate}>
          {action}
        </button>
      )}
      <button
        type="button"
        className="quota-refresh"
        onClick={onRefresh}
        aria-label="Ask again for the uploads left"
      >
        <ReloadIcon aria-hidden="true" className={state.asking ? 'graphiql-spin' : ''} />
      </button>
    </section>
  );
}
