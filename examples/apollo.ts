/**
 * Apollo Client. The file goes by apollo-upload-client, the subscription over WebSocket by
 * graphql-ws. The types come from the documents that codegen generated.
 *
 *     node examples/apollo.ts [PICTURE] [OUTPUT]
 *
 * `restore` runs unchanged in a browser, with the File of an `<input type="file">`.
 */
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { firstValueFrom } from 'rxjs';
import { PhotoReadyDocument, UploadPhotoDocument } from '../schema/typed/graphql.ts';
import { GatewayError } from './gateway-error.ts';
import { run, type Order, type RestoredPhoto } from './run.ts';

await run(restore);

async function restore({ endpoint, file, idempotencyKey }: Order): Promise<RestoredPhoto> {
  const socket = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    // It resubscribes by itself when the gateway restarts, with one exception: it treats a refused
    // connection as final, and a gateway that is just starting refuses one.
    shouldRetry: () => true,
  });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new UploadHttpLink({ uri: endpoint, headers: { 'Apollo-Require-Preflight': '1' } }),
    ),
  });

  try {
    const uploaded = await client.mutate({
      mutation: UploadPhotoDocument,
      variables: { file, repairType: 'REPAIR', idempotencyKey },
      errorPolicy: 'all',
    });
    const { id } = dataOf(uploaded).uploadPhoto;
    console.log(`Uploaded as photo ${id}, waiting for it`);

    const event = client.subscribe({ query: PhotoReadyDocument, variables: { id } });
    return dataOf(await firstValueFrom(event)).photoReady;
  } finally {
    client.stop();
    await socket.dispose();
  }
}

function dataOf<Data>({ data, error }: ApolloClient.SubscribeResult<Data>): Data {
  if (CombinedGraphQLErrors.is(error)) throw new GatewayError(error.errors);
  if (!data) throw new Error('No answer came', { cause: error });
  return data;
}
