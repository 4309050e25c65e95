import { field, file, wholeForm } from './multipart-client.ts';

/** A query that does not reach the provider. */
export const QUERY = '{ photos(first: 1) { edges { cursor } } }';

/** A subscription that ends at once. */
export const SUBSCRIPTION = 'subscription { photosReady(ids: []) { id } }';

/** The form of an upload whose file is not a picture. */
export const UPLOAD_FORM = Uint8Array.from(
  wholeForm([
    field('operations', {
      query: 'mutation ($file: Upload!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }',
      variables: { file: null },
    }),
    field('map', { 0: ['variables.file'] }),
    file('0', 'no picture'),
  ]),
);
