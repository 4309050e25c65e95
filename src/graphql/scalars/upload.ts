import { GraphQLUpload } from 'graphql-upload-minimal';
import { builder } from '../builder.ts';

builder.addScalarType('Upload', GraphQLUpload, {
  description: 'A file sent as the GraphQL multipart request specification describes.',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
});
