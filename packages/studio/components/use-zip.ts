import { useState } from 'preact/hooks';
import type { StudioPhoto } from '../photos/studio-photo.ts';
import { downloadName } from './download-name.ts';
import { usePage } from './page-context.ts';
import { saveFile } from './save-file.ts';

export interface ZipState {
  /** How many pictures are packed; null if none are being packed. */
  readonly packed: number | null;
  /** How many were missing in the last file. */
  readonly missing: number;
  start(photos: readonly StudioPhoto[]): void;
}

/** Saves photos as one zip. What packs them is loaded when it is used. */
export function useZip(): ZipState {
  const { studio } = usePage();
  const [packed, setPacked] = useState<number | null>(null);
  const [missing, setMissing] = useState(0);

  async function pack(photos: readonly StudioPhoto[]) {
    setPacked(0);
    setMissing(0);
    try {
      const { packZip } = await import('../photos/download-zip.ts');
      const zip = await packZip({
        photos,
        nameOf: downloadName,
        renewAddress: (key) => studio.renewAddress(key),
        onPacked: setPacked,
      });
      setMissing(zip.missing);
      if (zip.missing < photos.length) saveFile(zip.file, `photos-${today()}.zip`);
    } catch {
      setMissing(photos.length);
    } finally {
      setPacked(null);
    }
  }

  return {
    packed,
    missing,
    start(photos) {
      if (packed === null) void pack(photos);
    },
  };
}

function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}
