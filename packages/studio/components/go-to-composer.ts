/** Shows the button that sends, and gives it the focus. */
export function goToComposer(): void {
  const button = document.querySelector<HTMLElement>('.button-send');
  button?.focus({ preventScroll: true });
  button?.scrollIntoView({ block: 'nearest' });
}
