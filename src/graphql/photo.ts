import type { Photo as PhotoShape } from '../photos/photo.ts';
import { builder } from './builder.ts';
import { DownloadUrl } from './download-url.ts';
import { Node } from './node.ts';
import { RepairType } from './repair-type.ts';

export const PhotoStatus = builder.enumType('PhotoStatus', {
  description: 'The progress of a photo.',
  values: {
    PROCESSING: { description: 'The provider works on it.' },
    READY: { description: 'The restored picture can be downloaded.' },
    EXPIRED: { description: 'The restored picture was there, and has been deleted.' },
  },
});

export const Photo = builder.objectRef<PhotoShape>('Photo').implement({
  description: 'One picture at the provider. Its `id` is the same wherever it is returned.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', { description: "The provider's `mdf`." }),
    status: t.expose('status', { type: PhotoStatus, description: 'Its progress.' }),
    repairType: t.expose('repairType', {
      type: RepairType,
      nullable: true,
      description: 'What is done to it. Null if the photo was not uploaded through this gateway.',
    }),
    background: t.expose('background', {
      type: 'RGB',
      nullable: true,
      description: 'The new background. Null except with `REPLACE_BACKGROUND`.',
    }),
    name: t.exposeString('name', {
      nullable: true,
      description:
        'What you call it: the `name` of the upload, or the name of its file. Null if it has none. A text to show, never a path.',
    }),
    originalUrl: t.expose('originalUrl', {
      type: 'URL',
      nullable: true,
      description:
        'Where the provider keeps the picture as it was uploaded. Null if the photo was not uploaded through this gateway.',
    }),
    originalDownloadUrl: t.field({
      type: DownloadUrl,
      nullable: true,
      description:
        'Where the gateway keeps the picture as you uploaded it, for as long as the restored one. Null until it is kept, a moment after the upload; if it is not kept at all; and once the photo is EXPIRED.',
      resolve: (photo, _arguments, { photos, principal }) =>
        photos.originalDownloadUrl(principal, photo),
    }),
    uploadedAt: t.expose('uploadedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the provider accepted it. Null if the photo was not uploaded through this gateway.',
    }),
    readyAt: t.expose('readyAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the gateway first saw it ready. Null until then.',
    }),
    expectedReadyAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When it will probably be ready, estimated from how long similar photos took recently. Always in the future. Null unless it is PROCESSING and was uploaded through this gateway. Also null while too few similar photos have been seen for an estimate, and once it takes longer than they did.',
      resolve: (photo, _arguments, { photos }) => photos.expectedReadyAt(photo),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the restored picture is deleted. Null until the photo is READY, and once it is kept for ever.',
    }),
    downloadUrl: t.field({
      type: DownloadUrl,
      nullable: true,
      description:
        'Where the restored picture is. Null until the photo is READY, and once it is EXPIRED.',
      resolve: (photo, _arguments, { photos, principal, signal }) =>
        photo.status === 'READY' ? photos.downloadUrl(principal, photo.id, signal()) : null,
    }),
  }),
});
