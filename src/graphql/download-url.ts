import type { DownloadUrl as DownloadUrlShape } from '../photos/photo.ts';
import { builder } from './builder.ts';

export const DownloadUrl = builder.objectRef<DownloadUrlShape>('DownloadUrl').implement({
  description: 'An address of a picture.',
  fields: (t) => ({
    url: t.expose('url', { type: 'URL', description: 'The address itself.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the address stops working; null if it never does.',
    }),
  }),
});

builder.queryField('downloadUrl', (t) =>
  t.field({
    type: DownloadUrl,
    description:
      'Where the restored picture is: in the archive, or on its way there. The provider is asked for it if the photo is not known to be READY.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that `uploadPhoto` returned.' }),
    },
    resolve: (_root, { id }, { photos, principal, signal }) =>
      photos.downloadUrl(principal, id, signal()),
  }),
);
