import { GraphQLError, GraphQLScalarType } from 'graphql';
import { GraphQLUpload, Upload } from 'graphql-upload-minimal';
import { builder } from '../builder.ts';

/**
 * What to do instead, wherever an operation has no file in the place of an `Upload`. `JSON.stringify` makes
 * `{}` of a `File`, so a client without support for uploads sends that, or null.
 */
export const SEND_A_FORM =
  'A file cannot be sent as JSON: send a multipart request, as https://github.com/jaydenseric/graphql-multipart-request-spec describes, whose map names this variable.';

/** The scalar of graphql-upload-minimal, which says more about what is no file. */
const upload = new GraphQLScalarType({
  ...GraphQLUpload.toConfig(),
  parseValue(value) {
    if (value instanceof Upload) return value.promise;
    throw new GraphQLError(SEND_A_FORM);
  },
  parseLiteral(node) {
    throw new GraphQLError(SEND_A_FORM, { nodes: node });
  },
});

builder.addScalarType('Upload', upload, {
  description: 'A file sent as the GraphQL multipart request specification describes.',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
});
