import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useEffectEvent, useRef } from 'react';

/**
 * Asks for the schema again when other headers may be let in where those before were not. GraphiQL asks
 * once, and with `AUTH=required` the docs would stay empty for good. Calls `onEditor` when the headers
 * editor stands: from then on GraphiQL sends what it holds.
 */
export function useSchemaOfHeaders(headers: Headers, onEditor: () => void): void {
  const { schema, fetchError, isIntrospecting, headerEditor, responseEditor } = useGraphiQL(
    pick('schema', 'fetchError', 'isIntrospecting', 'headerEditor', 'responseEditor'),
  );
  const actions = useGraphiQLActions();
  const stands = useEffectEvent(onEditor);
  useEffect(() => {
    if (headerEditor) stands();
  }, [headerEditor]);
  const asked = useRef('[]');
  const shownError = useRef<string | null>(null);
  useEffect(() => {
    const text = JSON.stringify([...headers]);
    if (schema || fetchError === null || isIntrospecting || text === asked.current) return;
    asked.current = text;
    void actions.introspect();
  }, [headers, schema, fetchError, isIntrospecting, actions]);
  useEffect(() => {
    if (fetchError !== null) shownError.current = fetchError;
    // GraphiQL shows the error as if it were an answer, and leaves it there when it is over.
    else if (schema && responseEditor?.getValue() === shownError.current)
      responseEditor.setValue('');
  }, [schema, fetchError, responseEditor]);
}
