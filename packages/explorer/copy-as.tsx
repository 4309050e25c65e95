import { pick, tryParseJSONC, useGraphiQL } from '@graphiql/react';
import { useState } from 'react';
import { isRecord } from './answer.ts';
import { hideCredentials } from './credentials.ts';
import { parseHeaders } from './headers.ts';
import type { Notice } from './notice.ts';
import { parseDocument, selectOperation, uploadVariablesOf } from './operation.ts';
import type { Session } from './session.ts';
import { encodeOperation } from './shared-operation.ts';
import type { SnippetRequest } from './snippet-request.ts';
import { SNIPPETS, type SnippetKind } from './snippets.ts';

export interface CopyAsProps {
  readonly session: Session;
  readonly notice: Notice;
}

const KINDS = ['curl', 'fetch', 'Apollo'] as const satisfies readonly SnippetKind[];

/** Copies the operation, written for another client, or as a link that opens it here. */
export function CopyAs({ session, notice }: CopyAsProps) {
  const { queryEditor, variableEditor, headerEditor, operationName } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor', 'operationName'),
  );
  const [withKey, setWithKey] = useState(false);
  /** What the browser did not let us copy. */
  const [refused, setRefused] = useState<string | null>(null);

  async function copy(text: string, said: string) {
    try {
      await navigator.clipboard.writeText(text);
      setRefused(null);
      notice.say(said);
    } catch {
      setRefused(text);
      notice.say('The browser does not let this page copy. Take it from the field below.');
    }
  }

  function copySnippet(kind: SnippetKind) {
    const query = queryEditor?.getValue() ?? '';
    const operation = selectOperation(parseDocument(query), operationName);
    if (operation === null) return notice.say('There is no valid operation to copy.');
    const headers = parseHeaders(headerEditor?.getValue() ?? '') ?? new Headers();
    const shown = hideCredentials(headers);
    const { picked } = session.store.getState();
    const request: SnippetRequest = {
      url: window.location.origin + window.location.pathname,
      query,
      operationName: operation.name?.value ?? null,
      type: operation.operation,
      variables: parseVariables(variableEditor?.getValue() ?? ''),
      files: uploadVariablesOf(operation)
        .filter(({ name, required }) => required || picked.has(name))
        .map(({ name }) => [name, picked.get(name)?.name ?? 'photo.jpg']),
      headers: withKey ? [...headers] : shown.headers,
    };
    const key = shown.hidden
      ? withKey
        ? ', with the values of your headers: keep it to yourself'
        : ', with a placeholder for each header that may be a key'
      : '';
    return void copy(SNIPPETS[kind](request), `Copied as ${kind}${key}.`);
  }

  function copyLink() {
    const query = queryEditor?.getValue() ?? '';
    const variables = variableEditor?.getValue() ?? '';
    const fragment = encodeOperation({ query, variables, name: operationName ?? null });
    if (fragment === null) return notice.say('This operation is too long for a link.');
    const { origin, pathname } = window.location;
    return void copy(
      origin + pathname + fragment,
      'Copied a link that opens this operation, without the headers.',
    );
  }

  return (
    <div className="copy-as" role="group" aria-label="Copy this operation">
      <span>Copy as</span>
      {KINDS.map((kind) => (
        <button key={kind} type="button" className="quiet-button" onClick={() => copySnippet(kind)}>
          {kind}
        </button>
      ))}
      <button type="button" className="quiet-button" onClick={copyLink}>
        Link
      </button>
      <label>
        <input
          type="checkbox"
          checked={withKey}
          onChange={({ currentTarget }) => setWithKey(currentTarget.checked)}
        />
        with my key
      </label>
      {refused !== null && (
        <textarea readOnly rows={4} value={refused} aria-label="To copy" onFocus={selectAll} />
      )}
    </div>
  );
}

function selectAll({ currentTarget }: { readonly currentTarget: HTMLTextAreaElement }) {
  currentTarget.select();
}

function parseVariables(text: string): Readonly<Record<string, unknown>> {
  try {
    const variables: unknown = tryParseJSONC(text);
    return isRecord(variables) ? variables : {};
  } catch {
    return {};
  }
}
