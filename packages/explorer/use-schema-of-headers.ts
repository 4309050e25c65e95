import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useEffectEvent, useRef } from 'react';

/**
 * Fetches the schema again when new headers may be accepted after the previous ones were refused.
 * GraphiQL fetches it once, and with `AUTH=required` the docs would stay empty for ever. Calls
 * `onEditor` when the headers editor exists: from then on GraphiQL sends its content.
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
    // GraphiQL shows the error as if it were a result, and leaves it there when it is over.
    else if (schema && responseEditor?.getValue() === shownError.current)
      responseEditor.setValue('');
  }, [schema, fetchError, responseEditor]);
}
