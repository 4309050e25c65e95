/** Whether the gallery is below the composer, and its first cards are out of sight. */
function isBelow(gallery: Element): boolean {
  return gallery.getBoundingClientRect().top > window.innerHeight * 0.6;
}

/** Shows the gallery, once it is drawn, unless it is beside the composer. */
export function goToGallery(): void {
  requestAnimationFrame(() => {
    const gallery = document.querySelector('.gallery');
    if (gallery === null || !isBelow(gallery)) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    gallery.scrollIntoView({ behavior: isCalm ? 'instant' : 'smooth', block: 'start' });
  });
}
