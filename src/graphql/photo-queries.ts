import { builder } from './builder.ts';
import { connectionOf, pageQueryOf } from './photo-page.ts';
import { Photo, PhotoStatus } from './photo.ts';

const PhotoConnection = builder.connectionObject(
  { type: Photo, name: 'PhotoConnection', description: 'A page of photos, newest first.' },
  { name: 'PhotoEdge', description: 'A photo and its place in the list.' },
);

builder.queryField('photoStatus', (t) =>
  t.field({
    type: Photo,
    description: 'The status of a photo, at most a second old.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that `uploadPhoto` returned.' }),
    },
    resolve: (_root, { id }, { photos, principal, signal }) => photos.status(principal, id, signal),
  }),
);

builder.queryField('photo', (t) =>
  t.field({
    type: Photo,
    nullable: true,
    description:
      'A photo that you uploaded, as the gateway stored it, without asking the provider. Null for any other.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that `uploadPhoto` returned.' }),
    },
    resolve: (_root, { id }, { photos, principal }) => photos.photo(principal, id),
  }),
);

builder.queryField('photos', (t) =>
  t.field({
    type: PhotoConnection,
    description: 'The photos that you uploaded, newest first, as the gateway remembers them.',
    args: {
      first: t.arg.int({
        description:
          'How many of the newest, from 1 to 100; 20 by default, unless `last` is given.',
      }),
      after: t.arg.string({
        description: 'Only photos behind this cursor: the `endCursor` of the page before.',
      }),
      last: t.arg.int({
        description: 'How many of the oldest, from 1 to 100, instead of `first`.',
      }),
      before: t.arg.string({
        description: 'Only photos in front of this cursor: the `startCursor` of the page behind.',
      }),
      status: t.arg({ type: PhotoStatus, description: 'Only photos that have this status now.' }),
    },
    resolve: async (_root, { status, ...page }, { photos, principal }) => {
      const query = pageQueryOf(page, status ?? null);
      return connectionOf(query, await photos.list(principal, query));
    },
  }),
);
