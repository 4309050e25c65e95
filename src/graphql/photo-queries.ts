import { builder } from './builder.ts';
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
    resolve: (_root, { id }, { photos, principal, signal }) =>
      photos.status(principal, id, signal()),
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
      first: t.arg.int({ description: 'How many, from 1 to 100; 20 by default.' }),
      after: t.arg.string({ description: 'The `endCursor` of the page before.' }),
      status: t.arg({ type: PhotoStatus, description: 'Only photos that have this status now.' }),
    },
    resolve: async (_root, { first, after, status }, { photos, principal }) => {
      const query = { first: first ?? 20, after: after ?? null, status: status ?? null };
      const page = await photos.list(principal, query);
      return {
        edges: page.entries.map(({ photo, cursor }) => ({ node: photo, cursor })),
        pageInfo: {
          hasNextPage: page.hasNextPage,
          hasPreviousPage: query.after !== null,
          startCursor: page.entries.at(0)?.cursor ?? null,
          endCursor: page.entries.at(-1)?.cursor ?? null,
        },
      };
    },
  }),
);
