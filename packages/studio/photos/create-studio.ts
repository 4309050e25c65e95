import { batch, signal } from '@preact/signals';
import { createGateway } from '../gateway/gateway.ts';
import { createReadySocket } from '../gateway/ready-socket.ts';
import { createAccessKey } from './access-key.ts';
import { isSame, newAttempt, newKey, type UploadAttempt } from './upload-attempt.ts';
import { startClock } from './clock.ts';
import { startFollower } from './follower.ts';
import { fromGateway } from './from-gateway.ts';
import { startHistory } from './history.ts';
import { createPhotoList } from './photo-list.ts';
import { pickedPhoto } from './picked-photo.ts';
import { createPictures } from './pictures.ts';
import { createQuota } from './quota.ts';
import { createReachability } from './reachability.ts';
import { createPhotoStorage, type StoredPhoto } from './photo-storage.ts';
import type { Studio } from './studio.ts';
import type { CancelledCost, Repair } from './studio-photo.ts';
import { createUploader } from './uploader.ts';
import { watchCancelled } from './watch-cancelled.ts';

/**
 * How long the gateway knows what was paid under a key, in milliseconds (docs/clients.md,
 * "Idempotency keys").
 */
const KEY_LIFETIME_MS = 23 * 3_600_000;
/** The time within which a picture has usually been archived, in milliseconds. */
const ARCHIVED_WITHIN_MS = 4000;

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
    onOutcome: (failure) => reachability.observe(failure),
  });
  const storage = createPhotoStorage();
  const storedPhotos = storage.read();
  const list = createPhotoList();
  const pictures = createPictures();
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
    onSettled: () => void quota.refresh(),
  });
  const repair = signal<Repair>({ type: 'REPAIR', background: null });

  function pick(key: string, picture: Blob, name: string | null) {
    return pickedPhoto({ key, name, picture, url: pictures.keep(key, picture) });
  }

  function resume({ key, picture, name, repairType: type, background, ...attempt }: StoredPhoto) {
    // In one batch: otherwise it would be announced as newly picked.
    batch(() => {
      list.add([pick(key, picture, name)]);
      queue(key, { ...attempt, repair: { type, background } }, true);
    });
  }

  function queue(key: string, attempt: UploadAttempt, mayBePaid = false) {
    const photo = list.get(key);
    if (photo) uploader.queue(photo, attempt, mayBePaid);
  }

  function send() {
    const chosen = list.tray.value.filter(({ phase }) => phase.name === 'chosen');
    const wanted = repair.value;
    list.moveToFront(chosen.map(({ key }) => key));
    for (const { key } of chosen) {
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

  /**
   * A photo that has just become ready is still on its way into the archive, and the gateway says
   * when the provider deletes it. A moment later it is archived for ever. Its address stays as it
   * is, because it is being shown.
   */
  function onReady(key: string) {
    const timer = setTimeout(() => void learnWhetherKept(key), ARCHIVED_WITHIN_MS);
    closing.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async function learnWhetherKept(key: string) {
    const told = await askAbout(key);
    if (told) list.change(key, { deletedAt: told.deletedAt });
  }

  async function resumeUnanswered() {
    for (const photo of await storedPhotos) {
      if (photo.id !== null) continue;
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

  void resumeUnanswered();
  document.addEventListener('visibilitychange', askQuotaAgain);
  const clock = startClock(() => list.isAnyIn('processing'));
  const stopFollower = startFollower({ list, socket, clock: gateway.clock, reachability, onReady });
  const history = startHistory({ list, pictures, storedPhotos, gateway, reachability });
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
    add(files) {
      list.add([...files].map((file) => pick(newKey(), file, file.name)));
    },
    remove(key) {
      uploader.forget(key);
      list.remove(key);
      pictures.drop(key);
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
    loadMore: () => void history.loadMore(),
    signIn(key) {
      accessKey.set(key);
      reachability.signedIn();
      void quota.refresh();
    },
    close() {
      closing.abort();
      document.removeEventListener('visibilitychange', askQuotaAgain);
      history.close();
      stopFollower();
      clock.close();
      uploader.close();
      socket.close();
      reachability.close();
      pictures.close();
    },
  };
}
