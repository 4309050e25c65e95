import type { VariableHint } from './variable-hints.ts';

/** What each variable means, folded in. */
export function Hints({ hints }: { readonly hints: readonly VariableHint[] }) {
  if (hints.length === 0) return null;
  return (
    <details className="fold">
      <summary>What the variables mean</summary>
      <dl className="hints">
        {hints.map(({ name, description }) => (
          <div key={name}>
            <dt>${name}</dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
