import SchemaBuilder from '@pothos/core';
import type { FileUpload } from 'graphql-upload-minimal';
import type { GraphQLContext } from './context.ts';

/** The one schema builder. It knows scalars and the context; every other type lives in a file of its own. */
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    RGB: { Input: string; Output: string };
    URL: { Input: string; Output: string };
    Upload: { Input: Promise<FileUpload>; Output: never };
  };
}>({ defaultFieldNullability: false });
