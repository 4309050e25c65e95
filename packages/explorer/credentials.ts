/** Headers that say nothing about who sends them. Any other may hold a key. */
const HARMLESS =
  /^(?:accept|accept-language|content-type|idempotency-key|x-request-id|x-requested-with|traceparent|tracestate|apollo-[\w-]+|graphql-preflight)$/i;

export interface ShownHeaders {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whether a value was replaced. */
  readonly hidden: boolean;
}

/** The headers with a placeholder for whatever may be a credential. */
export function hideCredentials(headers: Headers): ShownHeaders {
  const shown = [...headers].map(
    ([name, value]) => [name, HARMLESS.test(name) ? value : placeholderOf(name, value)] as const,
  );
  return { headers: shown, hidden: [...headers].some(([name]) => !HARMLESS.test(name)) };
}

function placeholderOf(name: string, value: string): string {
  const scheme = name === 'authorization' ? (/^(?:Bearer|Basic) /i.exec(value)?.[0] ?? '') : '';
  return `${scheme}YOUR_${name.replaceAll('-', '_').toUpperCase()}`;
}
