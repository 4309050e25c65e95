import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { schema } from './src/graphql/schema.ts';

/** Prints the schema from the code, and types the operations that our own clients send. */
const config: CodegenConfig = {
  schema: printSchema(schema),
  generates: {
    'schema/schema.graphql': { plugins: ['schema-ast'], config: { includeDirectives: true } },
    'schema/typed/': {
      preset: 'client',
      documents: 'schema/operations/*.graphql',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        documentMode: 'documentNode',
        strictScalars: true,
        scalars: { DateTime: 'string', RGB: 'string', URL: 'string', Upload: 'Blob' },
      },
    },
  },
};

export default config;
