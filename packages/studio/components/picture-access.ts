/** Whether the page may read a picture, and not only show it. */
export function isOwnOrigin(url: string): boolean {
  return new URL(url, document.baseURI).origin === window.location.origin;
}

/** Whether this browser can hand pictures to other apps. */
export function canShareFiles(): boolean {
  const sample = new File([], 'photo.jpg', { type: 'image/jpeg' });
  return 'canShare' in navigator && navigator.canShare({ files: [sample] });
}
