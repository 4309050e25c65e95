import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useStore } from 'zustand';
import type { KnownSchema } from './known-schema.ts';

/**
 * Fetches the schema again when new headers may be accepted after the previous ones were refused.
 * GraphiQL fetches it once. Calls `onEditor` when the headers editor exists: from then on GraphiQL
 * sends its content.
 */
export function useSchemaOfHeaders(
  knownSchema: KnownSchema,
  headers: Headers,
  onEditor: () => void,
): void {
  const { isIntrospecting, headerEditor } = useGraphiQL(pick('isIntrospecting', 'headerEditor'));
  const origin = useStore(knownSchema.store);
  const actions = useGraphiQLActions();
  const stands = useEffectEvent(onEditor);
  useEffect(() => {
    if (headerEditor) stands();
  }, [headerEditor]);
  const asked = useRef('[]');
  useEffect(() => {
    const text = JSON.stringify([...headers]);
    if (origin !== 'bundled' || isIntrospecting || text === asked.current) return;
    asked.current = text;
    void actions.introspect();
  }, [headers, origin, isIntrospecting, actions]);
}
