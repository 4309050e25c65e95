import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { schema } from './src/graphql/schema.ts';

/** Prints the schema from the code, and types and registers the operations that our own clients send. */
const config: CodegenConfig = {
  schema: printSchema(schema),
  generates: {
    'schema/schema.graphql': { plugins: ['schema-ast'], config: { includeDirectives: true } },
    'schema/typed/': {
      preset: 'client',
      documents: 'schema/operations/*.graphql',
      // Beside the types, `persisted-documents.json`: the manifest for TRUSTED_DOCUMENTS_FILE.
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        // The mode `documentNode` would leave the manifest empty, without a word.
        documentMode: 'documentNodeImportFragments',
        strictScalars: true,
        scalars: { DateTime: 'string', RGB: 'string', URL: 'string', Upload: 'Blob' },
      },
    },
  },
};

export default config;
