import { pick, useGraphiQL } from '@graphiql/react';
import { OperationTypeNode } from 'graphql';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { AnswerFacts } from './answer-facts.tsx';
import { CopyAs } from './copy-as.tsx';
import type { Example } from './examples.ts';
import type { Exchanges } from './exchanges.ts';
import { FileField } from './file-field.tsx';
import { Hints } from './hints.tsx';
import type { KnownSchema } from './known-schema.ts';
import { nextStepsOf } from './next-steps.ts';
import type { Notice } from './notice.ts';
import { NoticeLine } from './notice-line.tsx';
import { selectOperation, uploadVariablesOf } from './operation.ts';
import { requestedId, photosInResult } from './result-photos.ts';
import { PhotoRows } from './photo-rows.tsx';
import { Pictures } from './pictures.tsx';
import type { Quota } from './quota.ts';
import { QuotaLine } from './quota-line.tsx';
import { isSpent } from './quota-text.ts';
import type { Session } from './session.ts';
import type { TransportChoice } from './transport.ts';
import { TransportField } from './transport-field.tsx';
import { useAnswerInSight } from './use-answer-in-sight.ts';
import { useCarriedHeaders } from './use-carried-headers.ts';
import { useDroppedFile } from './use-dropped-file.ts';
import { useHeaders } from './use-headers.ts';
import { useHeldPictures } from './use-held-pictures.ts';
import { useKnownPhotos } from './use-known-photos.ts';
import { useQuotaOfHeaders } from './use-quota-of-headers.ts';
import { useRunExample } from './use-run-example.ts';
import { useSchemaOfHeaders } from './use-schema-of-headers.ts';
import { useEditorOptions } from './use-editor-options.ts';
import { useSharedOperation } from './use-shared-operation.ts';
import { variableHintsOf } from './variable-hints.ts';

export interface StripProps {
  readonly examples: readonly Example[];
  readonly session: Session;
  readonly quota: Quota;
  readonly transport: TransportChoice;
  readonly knownSchema: KnownSchema;
  readonly exchanges: Exchanges;
  readonly notice: Notice;
  /** Called once the headers editor exists. */
  readonly onHeadersEditor: () => void;
}

/**
 * The strip above the result: what is left to spend, a field for each file that the operation
 * needs, the transport of its events, the next steps, and what is known of the answer.
 */
export function Strip(props: StripProps) {
  const { examples, session, quota, transport, knownSchema, exchanges, notice } = props;
  const { documentAST, operationName, schema, tabs, activeTabIndex, isFetching } = useGraphiQL(
    pick('documentAST', 'operationName', 'schema', 'tabs', 'activeTabIndex', 'isFetching'),
  );
  const tab = tabs[activeTabIndex];
  const response = tab?.response ?? null;
  const variables = tab?.variables ?? null;
  const operation = selectOperation(documentAST, operationName);
  const uploads = uploadVariablesOf(operation);
  const hints = useMemo(() => variableHintsOf(schema, operation), [schema, operation]);
  const result = useMemo(() => photosInResult(response, variables), [response, variables]);
  const pictured = useHeldPictures(result, isFetching ? requestedId(variables) : null);
  const steps = result === null ? [] : nextStepsOf(result);
  const spent = useStore(quota.store, isSpent);
  const runExample = useRunExample(examples);
  const headers = useHeaders();
  useSchemaOfHeaders(knownSchema, headers, props.onHeadersEditor);
  useSharedOperation(notice);
  useQuotaOfHeaders(quota, headers, result);
  useCarriedHeaders();
  useKnownPhotos(session, result);
  useEditorOptions();
  useAnswerInSight(isFetching);
  const [first] = uploads;
  useEffect(() => exchanges.enter(tab?.id ?? ''), [exchanges, tab?.id]);
  useDroppedFile((file) => first && session.pick(first.name, file));

  return (
    <>
      <div className="strip">
        <QuotaLine {...{ quota }} onRefresh={() => void quota.ask(headers)} />
        <NoticeLine {...{ notice }} />
        {operation?.operation === OperationTypeNode.SUBSCRIPTION && (
          <TransportField {...{ transport }} />
        )}
        {uploads.map((upload) => (
          <FileField key={upload.name} {...{ upload, session, spent }} />
        ))}
        <Hints {...{ hints }} />
        {pictured?.pictureUrl && (
          <Pictures {...{ session }} result={pictured} url={pictured.pictureUrl} />
        )}
        <PhotoRows photos={result?.listed ?? []} />
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
        <CopyAs {...{ session, notice }} />
      </div>
      <AnswerFacts {...{ exchanges }} tabId={tab?.id} />
    </>
  );
}
