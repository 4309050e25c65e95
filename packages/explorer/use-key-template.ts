import { pick, useGraphiQL } from '@graphiql/react';

const template = '{\n  "X-API-Key": ""\n}';
/** Between the quotes. */
const gap = { lineNumber: 2, column: 17 };

/** Opens the headers editor. If it is blank, writes the header for a key, with the cursor in it. */
export function useKeyTemplate(): () => void {
  const { headerEditor } = useGraphiQL(pick('headerEditor'));
  return () => {
    if (!headerEditor) return;
    // GraphiQL has no other way to bring its headers editor to the front.
    const opener = document.querySelector('.graphiql-editor-tools [data-name="headers"]');
    if (opener instanceof HTMLElement) opener.click();
    if (headerEditor.getValue().trim() === '') {
      headerEditor.setValue(template);
      headerEditor.setPosition(gap);
    }
    // An editor that is still hidden cannot take the focus.
    requestAnimationFrame(() => headerEditor.focus());
  };
}
