import { builder } from './builder.ts';
import { openFile } from './open-file.ts';
import { Photo } from './photo.ts';
import { RepairType } from './repair-type.ts';

builder.mutationField('uploadPhoto', (t) =>
  t.field({
    type: Photo,
    description:
      'Streams a picture to the provider, which charges one upload where it succeeds. May stand once in an operation. An error says in `extensions.charged` what it cost: `false` for nothing, `null` where nobody can know.',
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
          'A text of your own, such as a UUID, that names this upload: attempts with the same key are charged once. 1 to 255 characters. Where it is left out, the request header `Idempotency-Key` is taken.',
      }),
      waitSeconds: t.arg.int({
        defaultValue: 0,
        description:
          'Answer only when the photo is READY, or after so many seconds as it stands then; at most 60. For clients that cannot subscribe.',
      }),
    },
    resolve: (_root, args, { photos, principal, idempotencyKey, signal }) =>
      photos.upload({
        principal,
        openFile: () => openFile(args.file),
        repairType: args.repairType,
        background: args.background ?? null,
        idempotencyKey: args.idempotencyKey ?? idempotencyKey(),
        waitSeconds: args.waitSeconds ?? 0,
        signal,
      }),
  }),
);
