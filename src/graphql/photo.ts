import type { Photo as PhotoShape } from '../photos/photo.ts';
import { builder } from './builder.ts';
import { DownloadUrl } from './download-url.ts';
import { openFile } from './open-file.ts';
import { RepairType } from './repair-type.ts';

const PhotoStatus = builder.enumType('PhotoStatus', {
  description: 'How far a photo has come.',
  values: {
    PROCESSING: { description: 'The provider works on it.' },
    READY: { description: 'The restored picture can be downloaded.' },
    EXPIRED: { description: 'The restored picture was there, and its hour is over.' },
  },
});

const Photo = builder.objectRef<PhotoShape>('Photo').implement({
  description: 'One picture at the provider. Its `id` is the same wherever it is returned.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The provider's `mdf`." }),
    status: t.expose('status', { type: PhotoStatus, description: 'How far it has come.' }),
    repairType: t.expose('repairType', {
      type: RepairType,
      nullable: true,
      description:
        'What is done to it. Null where the photo was not uploaded through this gateway.',
    }),
    originalUrl: t.expose('originalUrl', {
      type: 'URL',
      nullable: true,
      description:
        'Where the provider keeps the picture as it was uploaded. Null where the photo was not uploaded through this gateway.',
    }),
    uploadedAt: t.expose('uploadedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the provider took it. Null where the photo was not uploaded through this gateway.',
    }),
    readyAt: t.expose('readyAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the gateway first saw it ready. Null while it has not.',
    }),
    downloadUrl: t.field({
      type: DownloadUrl,
      nullable: true,
      description:
        'Where the restored picture is. Null until the photo is READY, and once it is EXPIRED.',
      resolve: (photo, _arguments, { photos, signal }) =>
        photo.status === 'READY' ? photos.downloadUrl(photo.id, signal) : null,
    }),
  }),
});

builder.queryField('photoStatus', (t) =>
  t.field({
    type: Photo,
    description: 'Asks the provider how far a photo is.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that `uploadPhoto` returned.' }),
    },
    resolve: (_root, { id }, { photos, signal }) => photos.status(id, signal),
  }),
);

builder.mutationField('uploadPhoto', (t) =>
  t.field({
    type: Photo,
    description:
      'Streams a picture to the provider, which charges one upload where it succeeds. May stand once in an operation.',
    args: {
      file: t.arg({
        type: 'Upload',
        required: true,
        description: 'The picture, of any image format.',
      }),
      repairType: t.arg({ type: RepairType, required: true, description: 'What to do to it.' }),
      background: t.arg({
        type: 'RGB',
        description:
          'The new background. Required by `REPLACE_BACKGROUND`, refused with any other repair type.',
      }),
      idempotencyKey: t.arg.string({
        description:
          'A text of your own, such as a UUID, that names this upload: attempts with the same key are charged once. 1 to 255 characters.',
      }),
    },
    resolve: (_root, { file, repairType, background, idempotencyKey }, { photos }) =>
      photos.upload({
        openFile: () => openFile(file),
        repairType,
        background: background ?? null,
        idempotencyKey: idempotencyKey ?? null,
      }),
  }),
);

builder.subscriptionField('photoReady', (t) =>
  t.field({
    type: Photo,
    description:
      'One event when the photo is ready, at once if it already is; then the stream completes.',
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that `uploadPhoto` returned.' }),
    },
    subscribe: (_root, { id }, { photos }) => photos.ready(id),
    resolve: (outcome) => outcome(),
  }),
);
