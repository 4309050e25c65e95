import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import type { GraphQLContext } from './context.ts';
import type { UploadedFile } from './open-file.ts';

/** The only schema builder. It knows scalars and the context; every other type has a file of its own. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    RGB: { Input: string; Output: string };
    URL: { Input: string; Output: string };
    Upload: { Input: Promise<UploadedFile>; Output: never };
  };
}>({
  defaultFieldNullability: false,
  plugins: [RelayPlugin],
  // Connections follow Relay's cursor specification. There are no global ids: a photo's id is the provider's.
  relay: {
    cursorType: 'String',
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: { nullable: false, description: 'The entries of this page.' },
    nodeFieldOptions: { nullable: false, description: 'The entry itself.' },
    cursorFieldOptions: { description: 'The cursor of this entry, for the argument `after`.' },
    pageInfoFieldOptions: { description: 'The position of a page in its list.' },
    pageInfoTypeOptions: {
      description: 'The position of a page in its list.',
      // Other subgraphs of a supergraph have connections too.
      shareable: true,
    },
    hasNextPageFieldOptions: { description: 'Whether there are entries after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are entries before this page.' },
    startCursorFieldOptions: {
      description: 'The cursor of the first entry; null where there is none.',
    },
    endCursorFieldOptions: {
      description: 'The cursor of the last entry; null where there is none.',
    },
  },
});
