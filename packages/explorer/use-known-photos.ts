import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';
import { isRecord, parseJson } from './answer.ts';
import { holdsMutation, parseDocument } from './operation.ts';
import type { ResultPhotos } from './result-photos.ts';
import type { Session, SessionState } from './session.ts';

/**
 * When the tab of an example is opened, fills its blank variables with the photos that were
 * uploaded here or mentioned last. Never those of a mutation: one press of play would delete the
 * newest photo.
 */
export function useKnownPhotos(session: Session, result: ResultPhotos | null): void {
  const { store } = session;
  const { queryEditor, variableEditor, tabs, activeTabIndex } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'tabs', 'activeTabIndex'),
  );
  const actions = useGraphiQLActions();
  const tabId = tabs[activeTabIndex]?.id;
  useEffect(() => {
    if (holdsMutation(parseDocument(queryEditor?.getValue() ?? ''))) return;
    const variables = filled(variableEditor?.getValue() ?? '', store.getState());
    if (variables === null) return;
    variableEditor?.setValue(variables);
    // The tab itself learns of it a moment later. A click on another tab until then would undo it.
    actions.updateActiveTabValues({ variables });
  }, [queryEditor, variableEditor, tabId, store, actions]);
  useEffect(() => {
    const mentionedId = result?.id ?? result?.listed[0]?.id;
    if (mentionedId !== undefined && result?.code === null) session.mention(mentionedId);
  }, [session, result]);
}

/** Null if nothing is blank, or there is nothing to fill in. */
function filled(text: string, { latestId, uploadedIds }: SessionState): string | null {
  const variables = parseJson(text);
  if (!isRecord(variables)) return null;
  const { id, ids } = variables;
  if (id === '' && latestId !== null)
    return JSON.stringify({ ...variables, id: latestId }, null, 2);
  if (Array.isArray(ids) && ids.length === 0 && uploadedIds.length > 0) {
    return JSON.stringify({ ...variables, ids: uploadedIds }, null, 2);
  }
  return null;
}
