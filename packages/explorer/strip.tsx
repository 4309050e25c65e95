import { pick, useGraphiQL } from '@graphiql/react';
import { OperationTypeNode } from 'graphql';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Example } from './examples.ts';
import { FileField } from './file-field.tsx';
import { nextStepsOf } from './next-steps.ts';
import { selectOperation, uploadVariablesOf } from './operation.ts';
import { requestedId, photosInResult } from './result-photos.ts';
import { Pictures } from './pictures.tsx';
import type { Quota } from './quota.ts';
import { QuotaLine } from './quota-line.tsx';
import { isSpent } from './quota-text.ts';
import type { Session } from './session.ts';
import type { TransportChoice } from './transport.ts';
import { TransportField } from './transport-field.tsx';
import { useCarriedHeaders } from './use-carried-headers.ts';
import { useDroppedFile } from './use-dropped-file.ts';
import { useHeaders } from './use-headers.ts';
import { useHeldPictures } from './use-held-pictures.ts';
import { useKnownPhotos } from './use-known-photos.ts';
import { useQuotaOfHeaders } from './use-quota-of-headers.ts';
import { useRunExample } from './use-run-example.ts';
import { useSchemaOfHeaders } from './use-schema-of-headers.ts';
import { useWrappedLines } from './use-wrapped-lines.ts';

export interface StripProps {
  readonly examples: readonly Example[];
  readonly session: Session;
  readonly quota: Quota;
  readonly transport: TransportChoice;
  /** Called once the headers editor exists. */
  readonly onHeadersEditor: () => void;
}

/**
 * The strip above the result: what is left to spend, a field for each file that the operation
 * needs, the transport of its events, and the next steps.
 */
export function Strip(props: StripProps) {
  const { examples, session, quota, transport, onHeadersEditor } = props;
  const { documentAST, operationName, tabs, activeTabIndex, isFetching } = useGraphiQL(
    pick('documentAST', 'operationName', 'tabs', 'activeTabIndex', 'isFetching'),
  );
  const tab = tabs[activeTabIndex];
  const response = tab?.response ?? null;
  const variables = tab?.variables ?? null;
  const operation = selectOperation(documentAST, operationName);
  const uploads = uploadVariablesOf(operation);
  const result = useMemo(() => photosInResult(response, variables), [response, variables]);
  const pictured = useHeldPictures(result, isFetching ? requestedId(variables) : null);
  const steps = result === null ? [] : nextStepsOf(result);
  const spent = useStore(quota.store, isSpent);
  const runExample = useRunExample(examples);
  const headers = useHeaders();
  useSchemaOfHeaders(headers, onHeadersEditor);
  useQuotaOfHeaders(quota, headers, result);
  useCarriedHeaders();
  useKnownPhotos(session, result);
  useWrappedLines();
  const [first] = uploads;
  useDroppedFile((file) => first && session.pick(first.name, file));

  return (
    <div className="strip">
      <QuotaLine {...{ quota }} onRefresh={() => void quota.ask(headers)} />
      {operation?.operation === OperationTypeNode.SUBSCRIPTION && (
        <TransportField {...{ transport }} />
      )}
      {uploads.map((upload) => (
        <FileField key={upload.name} {...{ upload, session, spent }} />
      ))}
      {pictured?.pictureUrl && (
        <Pictures {...{ session }} result={pictured} url={pictured.pictureUrl} />
      )}
      <div className="strip-steps">
        {steps.map((step) => (
          <button
            key={step.label}
            type="button"
            className="strip-button"
            onClick={() => runExample(step)}
          >
            {step.label}
          </button>
        ))}
        {pictured?.pictureUrl && (
          <a
            className="strip-button strip-link"
            href={pictured.pictureUrl}
            target="_blank"
            rel="noreferrer"
          >
            Open the restored picture
          </a>
        )}
      </div>
    </div>
  );
}
