import { builder } from './builder.ts';
import { Photo } from './photo.ts';

builder.subscriptionField('photoReady', (t) =>
  t.field({
    type: Photo,
    description:
      'One event when the photo is ready, at once if it already is; then the stream completes.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that `uploadPhoto` returned.' }),
    },
    subscribe: (_root, { id }, { photos, principal }) => photos.ready(principal, [id]),
    resolve: (outcome) => outcome(),
  }),
);

builder.subscriptionField('photosReady', (t) =>
  t.field({
    type: Photo,
    description:
      'One event for each photo when it is ready, at once for those that already are; then the stream completes. If one photo fails, its event is an error that names it in `extensions.photoId`, and the others continue.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: 'The `id`s that `uploadPhoto` returned, at most 100. Duplicates count once.',
      }),
    },
    subscribe: (_root, { ids }, { photos, principal }) => photos.ready(principal, ids),
    resolve: (outcome) => outcome(),
  }),
);
