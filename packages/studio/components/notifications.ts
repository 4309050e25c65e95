const ITEM = 'photo-gateway:notify';

/** Whether the visitor wants to be told by the system when photos are restored. */
export function isNotifying(): boolean {
  return (
    'Notification' in window &&
    Notification.permission === 'granted' &&
    window.localStorage.getItem(ITEM) === 'on'
  );
}

/** Turns it on or off. Resolves with whether it is on: the visitor may refuse it to the browser. */
export async function setNotifying(wanted: boolean): Promise<boolean> {
  const isOn = wanted && (await Notification.requestPermission()) === 'granted';
  window.localStorage.setItem(ITEM, isOn ? 'on' : 'off');
  return isOn;
}

/** Shows a notification, if the visitor wants them and does not see the page. */
export async function notify(title: string, text: string, icon: string): Promise<void> {
  if (document.visibilityState === 'visible' || !isNotifying()) return;
  const options = { body: text, icon, tag: 'photo-gateway' };
  const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  // Android shows only those of a service worker.
  if (worker) await worker.showNotification(title, options);
  else new Notification(title, options).addEventListener('click', () => window.focus());
}
