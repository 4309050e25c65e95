import { pick, useGraphiQL } from '@graphiql/react';
import { useMemo } from 'react';
import type { Example } from './examples.ts';
import { FileField } from './file-field.tsx';
import { selectOperation, uploadVariablesOf } from './operation.ts';
import { outcomeOf } from './outcome.ts';
import { Pictures } from './pictures.tsx';
import type { Session } from './session.ts';
import { useDroppedFile } from './use-dropped-file.ts';
import { useRunExample } from './use-run-example.ts';
import { useWrappedLines } from './use-wrapped-lines.ts';

export interface StripProps {
  readonly examples: readonly Example[];
  readonly session: Session;
}

/** Stands above the answer: a field for each file that the operation wants, and where an answer leads to. */
export function Strip({ examples, session }: StripProps) {
  const { documentAST, operationName, tabs, activeTabIndex } = useGraphiQL(
    pick('documentAST', 'operationName', 'tabs', 'activeTabIndex'),
  );
  const tab = tabs[activeTabIndex];
  const uploads = uploadVariablesOf(selectOperation(documentAST, operationName));
  const outcome = useMemo(
    () => outcomeOf(tab?.response ?? null, tab?.variables ?? null),
    [tab?.response, tab?.variables],
  );
  const runExample = useRunExample(examples);
  useWrappedLines();
  const [first] = uploads;
  useDroppedFile((file) => first && session.pick(first.name, file));

  return (
    <div className="strip">
      {uploads.map((upload) => (
        <FileField key={upload.name} {...{ upload, session }} />
      ))}
      {outcome?.pictureUrl && (
        <Pictures {...{ session }} id={outcome.id} url={outcome.pictureUrl} />
      )}
      {outcome?.id && outcome.pending && (
        <button
          type="button"
          className="strip-next"
          onClick={() => runExample('PhotoReady', { id: outcome.id })}
        >
          Wait for this photo in PhotoReady
        </button>
      )}
    </div>
  );
}
