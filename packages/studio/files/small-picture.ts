/** The shorter side of a small picture, in pixels: a card is 240 wide, on a screen of twice that. */
const SHORT_SIDE = 480;
const LONGEST_SIDE = 1600;
/** A picture that would become hardly smaller is shown as it is. */
const MUCH_SMALLER = 0.7;

/**
 * A copy of a picture that is large enough for a card. A page that showed the pictures themselves
 * would hold each of them decoded, which is four bytes a pixel.
 *
 * @returns The picture itself if it is small already, or this browser cannot read it.
 */
export async function makeSmall(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (bitmap === null) return picture;
  try {
    const { width, height } = bitmap;
    const scale = Math.min(
      1,
      SHORT_SIDE / Math.min(width, height),
      LONGEST_SIDE / Math.max(width, height),
    );
    if (scale > MUCH_SMALLER) return picture;
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(width * scale)),
      Math.max(1, Math.round(height * scale)),
    );
    const context = canvas.getContext('2d');
    if (context === null) return picture;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 });
  } catch {
    return picture;
  } finally {
    bitmap.close();
  }
}
