import { batch, signal } from '@preact/signals';
import { DEFAULT_LIMITS } from '../files/judge-file.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createReadySocket } from '../gateway/ready-socket.ts';
import { createAccessKey } from './access-key.ts';
import { isSame, newAttempt, type UploadAttempt } from './upload-attempt.ts';
import { startClock } from './clock.ts';
import { startFollower } from './follower.ts';
import { fromGateway } from './from-gateway.ts';
import { startHistory } from './history.ts';
import { keepRepair } from './kept-repair.ts';
import { findOtherTabs } from './other-tabs.ts';
import { ownerOf } from './owner.ts';
import { createPhotoList } from './photo-list.ts';
import { pickedPhoto } from './picked-photo.ts';
import { createPictures } from './pictures.ts';
import { createQuota } from './quota.ts';
import { createReachability } from './reachability.ts';
import { createPhotoStorage, type StoredPhoto } from './photo-storage.ts';
import { createRetention } from './retention.ts';
import type { Studio } from './studio.ts';
import type { CancelledCost } from './studio-photo.ts';
import { createSmallPictures } from './small-pictures.ts';
import { createSmallPictureStorage } from './small-picture-storage.ts';
import { createTray } from './tray.ts';
import { createTrayStorage } from './tray-storage.ts';
import { createUploader } from './uploader.ts';
import { watchCancelled } from './watch-cancelled.ts';

/**
 * How long the gateway knows what was paid under a key, in milliseconds (docs/clients.md,
 * "Idempotency keys").
 */
const KEY_LIFETIME_MS = 23 * 3_600_000;

/**
 * Connects the parts of the page, and resumes the uploads that had no response when it was left.
 *
 * @param endpoint - The GraphQL endpoint.
 */
export function startStudio(endpoint: URL): Studio {
  const closing = new AbortController();
  const accessKey = createAccessKey(window.sessionStorage);
  const credentials = { accessKey: () => accessKey.value.peek() };
  const reachability = createReachability(() => quota.refresh());
  const gateway = createGateway({
    url: endpoint.href,
    ...credentials,
    onOutcome(failure) {
      if (failure === null) accessKey.accept();
      reachability.observe(failure);
    },
  });
  const storage = createPhotoStorage();
  const owner = () => ownerOf(accessKey.value.peek());
  const list = createPhotoList();
  const pictures = createPictures();
  const smallStorage = createSmallPictureStorage();
  const smallPictures = createSmallPictures(pictures, smallStorage);
  const quota = createQuota(gateway);
  const socket = createReadySocket({
    url: endpoint.href.replace(/^http/, 'ws'),
    ...credentials,
    onConnection: (connected) => (connected ? reachability.observe(null) : reachability.lost()),
  });
  const uploader = createUploader({
    list,
    pictures,
    storage,
    gateway,
    reachability,
    owner,
    onSettled() {
      void quota.refresh();
      otherTabs.tell('photos');
    },
  });
  const tray = createTray({
    list,
    pictures,
    storage: createTrayStorage(),
    limits: () => limits.value,
    owner,
    attemptOf: (key) => uploader.attemptOf(key),
    onAttempt: (key, attempt) => uploader.remember(key, attempt),
    onStored: () => otherTabs.tell('tray'),
  });
  const otherTabs = findOtherTabs((news) => {
    if (news === 'tray') {
      void tray.reload();
    } else {
      void quota.refresh();
      void history.loadNewest();
    }
  });
  const limits = signal(DEFAULT_LIMITS);
  const { repair, ...keptRepair } = keepRepair(window.localStorage);

  function resume(stored: StoredPhoto) {
    const { key, picture, name, repairType: type, background, sentAt, idempotencyKey } = stored;
    const url = pictures.keep(key, picture);
    const place = stored.place ?? { at: sentAt, index: 0 };
    // In one batch: otherwise it would be announced as newly picked.
    batch(() => {
      list.add([{ ...pickedPhoto({ key, name, picture, url }), place }]);
      queue(key, { idempotencyKey, sentAt, repair: { type, background } }, true);
    });
  }

  function queue(key: string, attempt: UploadAttempt, mayBePaid = false) {
    const photo = list.get(key);
    if (photo) uploader.queue(photo, attempt, mayBePaid);
  }

  function send() {
    const chosen = list.tray.value.filter(({ phase }) => phase.name === 'chosen');
    const wanted = repair.value;
    const at = Date.now();
    for (const [index, { key }] of chosen.entries()) {
      list.change(key, { place: { at, index } });
      const before = uploader.attemptOf(key);
      // An interrupted upload may have been paid. Under its key it is not paid again.
      queue(key, before && isSame(before.repair, wanted) ? before : newAttempt(wanted));
    }
  }

  function retry(key: string) {
    const attempt = uploader.attemptOf(key);
    if (list.get(key)?.id !== null) list.change(key, { phase: { name: 'processing' } });
    else if (attempt) queue(key, attempt);
  }

  /** The photo as the gateway knows it now; null if it does not, or cannot be reached. */
  async function askAbout(key: string) {
    const id = list.get(key)?.id ?? null;
    const photo = id === null ? null : await gateway.photo(id).catch(() => null);
    return photo && fromGateway(photo, gateway.clock);
  }

  async function renewAddress(key: string) {
    const told = await askAbout(key);
    if (told) list.change(key, told);
    return told?.afterUrl ?? null;
  }

  async function resumeUnanswered() {
    for (const photo of await storage.read()) {
      if (photo.id !== null || (photo.owner ?? owner()) !== owner()) continue;
      if (list.get(photo.key) !== null) continue;
      if (Date.now() - photo.sentAt < KEY_LIFETIME_MS) resume(photo);
      // Forgets its key, and whether it was paid. If it was, the photo is among the remembered
      // ones.
      else void storage.remove(photo.key);
    }
  }

  async function tellCost(key: string, cancelling: Promise<CancelledCost>, wasSent: boolean) {
    const cancelled = await cancelling;
    if (list.get(key)?.phase.name !== 'chosen') return;
    list.change(key, { phase: { name: 'chosen', cancelled } });
    const sentAt = uploader.attemptOf(key)?.sentAt ?? Date.now();
    if (wasSent || cancelled === 'maybeCharged') {
      await watchCancelled({ key, sentAt, list, history, signal: closing.signal });
    }
  }

  function askQuotaAgain() {
    // Another page may have changed it meanwhile, or a new day.
    if (document.visibilityState === 'visible') void quota.refresh();
  }

  function resumeAll() {
    void resumeUnanswered();
    void tray.reload();
  }

  /** The next visitor of a shared computer must see nothing of this one. */
  async function signOut() {
    accessKey.forget();
    await Promise.all([storage.clear(), tray.clear(), smallStorage.clear()]);
    window.location.reload();
  }

  resumeAll();
  document.addEventListener('visibilitychange', askQuotaAgain);
  const clock = startClock(() => list.isAnyIn('processing'));
  const retention = createRetention({ list, reachability, askAbout });
  const stopFollower = startFollower({
    list,
    socket,
    clock: gateway.clock,
    reachability,
    onReady: (key) => retention.learn(key),
  });
  const history = startHistory({
    list,
    pictures,
    storedPhotos: () => storage.read(),
    gateway,
    reachability,
    onReady: (key) => retention.learn(key),
  });
  void quota.refresh();

  return {
    tray: list.tray,
    gallery: list.gallery,
    repair,
    quota: quota.left,
    quotaFailure: quota.failure,
    connection: reachability.connection,
    history: history.state,
    now: clock.now,
    accessKey: accessKey.value,
    wasKeyAccepted: accessKey.wasAccepted,
    limits,
    add: (files) => tray.add(files),
    remove(key) {
      uploader.forget(key);
      list.remove(key);
      pictures.drop(key);
      smallPictures.drop(key);
    },
    send,
    cancel(key) {
      const wasSent = list.get(key)?.phase.name !== 'queued';
      const cancelling = uploader.cancel(key);
      if (cancelling === null) return;
      list.change(key, { phase: { name: 'chosen' } });
      void tellCost(key, cancelling, wasSent);
    },
    retry,
    payAgain(key) {
      const before = uploader.attemptOf(key);
      if (before) queue(key, newAttempt(before.repair));
    },
    renewAddress,
    smallPicture: (photo, half) => smallPictures.address(photo, half),
    loadMore: () => void history.loadMore(),
    signIn(key) {
      accessKey.set(key);
      reachability.signedIn();
      void quota.refresh();
      resumeAll();
    },
    signOut: () => void signOut(),
    close() {
      closing.abort();
      document.removeEventListener('visibilitychange', askQuotaAgain);
      history.close();
      retention.close();
      tray.close();
      otherTabs.close();
      keptRepair.close();
      stopFollower();
      clock.close();
      uploader.close();
      socket.close();
      reachability.close();
      smallPictures.close();
      pictures.close();
    },
  };
}
