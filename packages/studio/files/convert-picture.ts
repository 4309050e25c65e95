/** The least that the browsers allow for a canvas. */
const LONGEST_SIDE = 16_384;
const MOST_PIXELS = 64_000_000;
const QUALITY = 0.92;
/** A picture that is still too large after so many attempts cannot be made smaller sensibly. */
const ATTEMPTS = 6;
const SMALLEST_SCALE = 0.05;

/**
 * Converts a picture to a JPEG of at most `maxBytes`, as large as it can be.
 *
 * @returns Null if this browser cannot read it, or cannot make it small enough.
 */
export async function convertPicture(picture: Blob, maxBytes: number): Promise<Blob | null> {
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (bitmap === null) return null;
  try {
    let scale = Math.min(
      1,
      LONGEST_SIDE / Math.max(bitmap.width, bitmap.height),
      Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)),
    );
    for (let attempt = 0; attempt < ATTEMPTS && scale > SMALLEST_SCALE; attempt += 1) {
      const jpeg = await encode(bitmap, scale);
      if (jpeg.size <= maxBytes) return jpeg;
      // The size grows a little slower than the area.
      scale *= Math.min(0.9, 0.95 * Math.sqrt(maxBytes / jpeg.size));
    }
    return null;
  } catch {
    return null;
  } finally {
    bitmap.close();
  }
}

function encode(bitmap: ImageBitmap, scale: number): Promise<Blob> {
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no canvas left.');
  // JPEG has no transparency. Without a background it would become black.
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}
