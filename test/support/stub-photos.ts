import type { Photos } from '../../src/photos/photos.ts';

/** A photos module in which every operation does `what`, for tests of the server alone. */
export function stubPhotos(what: () => never): Photos {
  return {
    uploadableFiles: { maxFileSizeBytes: 0, mediaTypes: [] },
    upload: what,
    status: what,
    photo: what,
    list: what,
    expectedReadyAt: async () => null,
    downloadUrl: what,
    delete: what,
    allowance: what,
    quota: what,
    ready: what,
    originalDownloadUrl: what,
    original: what,
    archived: what,
    passOn: what,
    health: async () => ({ store: 'answering', provider: 'answering', archive: null, fleet: null }),
    endWaits: () => undefined,
    close: async () => undefined,
  };
}
