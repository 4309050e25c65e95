import { builder } from './builder.ts';
import { openFile } from './open-file.ts';
import { Photo } from './photo.ts';
import { RepairType } from './repair-type.ts';

builder.mutationField('uploadPhoto', (t) =>
  t.field({
    type: Photo,
    description:
      'Streams a picture to the provider, which charges one upload if it succeeds. An operation may contain it only once. An error says in `extensions.charged` what it cost: `false` for nothing, `null` if nobody can know.',
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
          'The new background. Required by `REPLACE_BACKGROUND`, rejected with any other repair type.',
      }),
      name: t.arg.string({
        description:
          'What you call the photo; an empty text for nothing. If it is left out, the name of the file in the form. Only the last segment of a path is kept, without control characters, at most 255 bytes.',
      }),
      idempotencyKey: t.arg.string({
        description:
          'A text that you choose, such as a UUID, to identify this upload: uploads with the same key are charged once. 1 to 255 characters. If it is left out, the request header `Idempotency-Key` is used.',
      }),
      waitSeconds: t.arg.int({
        defaultValue: 0,
        description:
          'How many seconds to wait for the photo to be READY, at most 60. The answer is the photo as it is then. For clients that cannot subscribe.',
      }),
    },
    resolve: (_root, args, { photos, principal, idempotencyKey, signal }) =>
      photos.upload({
        principal,
        openFile: () => openFile(args.file),
        repairType: args.repairType,
        background: args.background ?? null,
        name: args.name ?? null,
        idempotencyKey: args.idempotencyKey ?? idempotencyKey(),
        waitSeconds: args.waitSeconds ?? 0,
        signal: signal(),
      }),
  }),
);
