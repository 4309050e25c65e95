import { createGateway } from '../gateway/gateway.ts';
import { createReadySocket } from '../gateway/ready-socket.ts';
import { createAccessKey } from './access-key.ts';
import { watchBatch } from './batch.ts';
import { startClock } from './clock.ts';
import { createDeleting } from './deleting.ts';
import { startFollower } from './follower.ts';
import { fromGateway } from './from-gateway.ts';
import { startHistory } from './history.ts';
import { keepRepair } from './kept-repair.ts';
import { createOriginals } from './originals.ts';
import { createOfflineGallery } from './offline-gallery.ts';
import { learnLimits } from './limits.ts';
import { findOtherTabs } from './other-tabs.ts';
import { ownerOf } from './owner.ts';
import { createPhotoList } from './photo-list.ts';
import { createPictures } from './pictures.ts';
import { createQuota } from './quota.ts';
import { createReachability } from './reachability.ts';
import { createPhotoStorage } from './photo-storage.ts';
import { resumeUnanswered } from './resume-unanswered.ts';
import { createRetention } from './retention.ts';
import { createSending } from './sending.ts';
import type { Studio } from './studio.ts';
import type { CancelledCost } from './studio-photo.ts';
import { createSmallPictures } from './small-pictures.ts';
import { createSmallPictureStorage } from './small-picture-storage.ts';
import { createTray } from './tray.ts';
import { createTrayStorage } from './tray-storage.ts';
import { createUploader } from './uploader.ts';
import { watchCancelled } from './watch-cancelled.ts';

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
  const originals = createOriginals(pictures);
  const offlineGallery = createOfflineGallery(window.localStorage);
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
      otherTabs.tell({ about: 'photos' });
    },
  });
  const tray = createTray({
    list,
    pictures,
    storage: createTrayStorage(),
    limits: () => limits.current.value,
    owner,
    attemptOf: (key) => uploader.attemptOf(key),
    onAttempt: (key, attempt) => uploader.remember(key, attempt),
    onStored: () => otherTabs.tell({ about: 'tray' }),
  });
  const otherTabs = findOtherTabs((news) => {
    if (news.about === 'tray') {
      void tray.reload();
    } else if (news.about === 'deleted') {
      deleting.deletedElsewhere(news.id ?? '');
    } else {
      void quota.refresh();
      void history.loadNewest();
    }
  });
  const limits = learnLimits(gateway, reachability);
  const { repair, ...keptRepair } = keepRepair(window.localStorage);

  const deleting = createDeleting({
    list,
    gateway,
    forget({ key, beforeUrl, afterUrl }) {
      forget(key);
      smallPictures.forget([beforeUrl, afterUrl]);
    },
    onDeleted: (id) => otherTabs.tell({ about: 'deleted', id }),
  });
  const sending = createSending({
    list,
    tray,
    uploader,
    originals,
    quota,
    reachability,
    repair,
  });

  function forget(key: string) {
    uploader.forget(key);
    list.remove(key);
    pictures.drop(key);
    smallPictures.drop(key);
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

  async function tellCost(key: string, cancelling: Promise<CancelledCost>, wasSent: boolean) {
    const cancelled = await cancelling;
    if (list.get(key)?.phase.name !== 'chosen') return;
    list.change(key, { phase: { name: 'chosen', cancelled } });
    const sentAt = uploader.attemptOf(key)?.sentAt ?? Date.now();
    if (wasSent || cancelled === 'maybeCharged') {
      await watchCancelled({ key, sentAt, list, history, signal: closing.signal });
    }
  }

  let isSignedOut = false;
  function onVisibility() {
    // Another page may have changed it meanwhile, or a new day.
    if (document.visibilityState === 'visible') void quota.refresh();
    // Nobody can tell whether a page that is left will be seen again.
    else saveGallery();
  }

  function saveGallery() {
    if (!isSignedOut) offlineGallery.save(owner(), list.gallery.value);
  }

  function resumeAll() {
    void resumeUnanswered({ list, pictures, storage, uploader, owner: owner() });
    void tray.reload();
  }

  /** The next visitor of a shared computer must see nothing of this one. */
  async function signOut() {
    isSignedOut = true;
    accessKey.forget();
    offlineGallery.clear();
    await Promise.all([storage.clear(), tray.clear(), smallStorage.clear()]);
    window.location.reload();
  }

  resumeAll();
  document.addEventListener('visibilitychange', onVisibility);
  const batchWatch = watchBatch(list);
  const clock = startClock(() => batchWatch.batch.value.atWork > 0);
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
    offlinePhotos: () => offlineGallery.read(owner()),
    onReady: (key) => retention.learn(key),
  });
  void quota.refresh();

  return {
    tray: list.tray,
    gallery: list.gallery,
    batch: batchWatch.batch,
    repair,
    quota: quota.left,
    quotaFailure: quota.failure,
    connection: reachability.connection,
    history: history.state,
    now: clock.now,
    accessKey: accessKey.value,
    wasKeyAccepted: accessKey.wasAccepted,
    limits: limits.current,
    add: (files) => tray.add(files),
    hasOriginal: (photo) => originals.has(photo),
    remove: forget,
    deletePhoto: (key) => deleting.deletePhoto(key),
    ...sending,
    cancel(key) {
      const wasSent = list.get(key)?.phase.name !== 'queued';
      const cancelling = uploader.cancel(key);
      if (cancelling === null) return;
      list.change(key, { phase: { name: 'chosen' } });
      void tellCost(key, cancelling, wasSent);
    },
    renewAddress,
    smallPicture: (photo, half) => smallPictures.address(photo, half),
    dismissBatch: () => batchWatch.dismiss(),
    loadMore: () => void history.loadMore(),
    signIn(key) {
      accessKey.set(key);
      reachability.signedIn();
      void quota.refresh();
      resumeAll();
    },
    signOut: () => void signOut(),
    close() {
      saveGallery();
      closing.abort();
      document.removeEventListener('visibilitychange', onVisibility);
      history.close();
      retention.close();
      tray.close();
      otherTabs.close();
      keptRepair.close();
      limits.close();
      stopFollower();
      clock.close();
      batchWatch.close();
      uploader.close();
      socket.close();
      reachability.close();
      smallPictures.close();
      pictures.close();
    },
  };
}
