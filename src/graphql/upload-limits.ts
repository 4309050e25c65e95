import type { UploadableFiles } from '../photos/photos.ts';
import { builder } from './builder.ts';

const UploadLimits = builder.objectRef<UploadableFiles>('UploadLimits').implement({
  description: 'The files that the gateway accepts. Any other is refused before it can be charged.',
  fields: (t) => ({
    // An Int ends at 2 GiB.
    maxFileSize: t.exposeFloat('maxFileSizeBytes', {
      description: 'The size of the largest file, a whole number of bytes.',
    }),
    formats: t.exposeStringList('mediaTypes', {
      description:
        'The media types of the accepted formats, such as `image/jpeg`. A file is judged by its first bytes, not by its name. The provider may support fewer: then it answers `UNSUPPORTED_FILE_TYPE`, and charges nothing.',
    }),
  }),
});

builder.queryField('uploadLimits', (t) =>
  t.field({
    type: UploadLimits,
    description: 'The files that `uploadPhoto` accepts, to check a file before it is sent.',
    resolve: (_root, _arguments, { photos }) => photos.uploadableFiles,
  }),
);
