/**
 * urql. The file goes as a multipart form and the subscription as server-sent events, both by its
 * own `fetchExchange`. The types come from the documents that codegen generated.
 *
 *     node examples/urql.ts [PICTURE] [OUTPUT]
 *
 * `restore` runs unchanged in a browser, with the File of an `<input type="file">`.
 */
import { Client, fetchExchange, type AnyVariables, type OperationResult } from '@urql/core';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { GatewayError } from './gateway-error.ts';
import { run, type Order, type RestoredPhoto } from './run.ts';
import { untilEvent } from './until-event.ts';

await run(restore);

async function restore({ endpoint, file, idempotencyKey }: Order): Promise<RestoredPhoto> {
  const client = new Client({
    url: endpoint,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    preferGetMethod: false,
    fetchOptions: { headers: { 'GraphQL-Preflight': '1' } },
  });

  const variables = { file, repairType: 'REPAIR', idempotencyKey } as const;
  const uploaded = await client.mutation(UploadPhotoDocument, variables).toPromise();
  const { id } = dataOf(uploaded).uploadPhoto;
  console.log(`Uploaded as photo ${id}, waiting for it`);

  return untilEvent(async () => {
    const event = await client.subscription(PhotoReadyDocument, { id }).toPromise();
    return dataOf(event).photoReady;
  });
}

/** A stream that breaks, or ends without an event, is a `networkError` as well. */
function dataOf<Data, Variables extends AnyVariables>(
  result: OperationResult<Data, Variables>,
): Data {
  const { data, error } = result;
  if (error?.networkError) throw error.networkError;
  if (error) throw new GatewayError(error.graphQLErrors);
  if (!data) throw new Error('The answer has no data');
  return data;
}
