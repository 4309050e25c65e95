import { builder } from './builder.ts';

const DeletedPhoto = builder.objectRef<{ readonly id: string }>('DeletedPhoto').implement({
  description: 'A photo that is gone.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The `id` that the photo had.' }),
    refunded: t.boolean({
      description:
        'Whether its upload was given back. Always false: what the provider charged stays charged, and what was taken from your allowance stays taken.',
      resolve: () => false,
    }),
  }),
});

builder.mutationField('deletePhoto', (t) =>
  t.field({
    type: DeletedPhoto,
    description:
      'Deletes a photo that you uploaded: the record of it, and its pictures in the archive. The charge stays. Whoever waits for it gets `PHOTO_NOT_FOUND`, as you do for it from then on. If another client uploaded the same photo, that stays.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that `uploadPhoto` returned.' }),
    },
    resolve: async (_root, { id }, { photos, principal }) => {
      await photos.delete(principal, id);
      return { id };
    },
  }),
);
