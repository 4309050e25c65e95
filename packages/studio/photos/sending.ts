import type { Signal } from '@preact/signals';
import type { Originals } from './originals.ts';
import type { PhotoList } from './photo-list.ts';
import type { Quota } from './quota.ts';
import type { Reachability } from './reachability.ts';
import type { Studio } from './studio.ts';
import type { Repair, StudioPhoto } from './studio-photo.ts';
import type { Tray } from './tray.ts';
import { isSame, newAttempt } from './upload-attempt.ts';
import type { Uploader } from './uploader.ts';

/** Decides what is sent, and under which key. */
export type Sending = Pick<Studio, 'send' | 'restoreSample' | 'reuse' | 'retry' | 'payAgain'>;

export interface SendingOptions {
  readonly list: Pick<PhotoList, 'get' | 'change' | 'tray'>;
  readonly tray: Pick<Tray, 'addChecked'>;
  readonly uploader: Pick<Uploader, 'queue' | 'attemptOf'>;
  readonly originals: Pick<Originals, 'fetch'>;
  readonly quota: Pick<Quota, 'left'>;
  readonly reachability: Pick<Reachability, 'connection'>;
  /** The repair that is chosen on the page. */
  readonly repair: Signal<Repair>;
}

export function createSending(options: SendingOptions): Sending {
  const { list, tray, uploader, originals, quota, reachability, repair } = options;

  function sendAs(chosen: readonly StudioPhoto[], wanted: Repair) {
    const at = Date.now();
    for (const [index, photo] of chosen.entries()) {
      list.change(photo.key, { place: { at, index } });
      const before = uploader.attemptOf(photo.key);
      // An interrupted upload may have been paid. Under its key it is not paid again.
      uploader.queue(photo, before && isSame(before.repair, wanted) ? before : newAttempt(wanted));
    }
  }

  return {
    send() {
      const chosen = list.tray.value.filter(({ phase }) => phase.name === 'chosen');
      sendAs(chosen, repair.value);
    },
    restoreSample(file, wanted) {
      repair.value = wanted;
      const photo = list.get(tray.addChecked(file, file.name, null));
      const canBePaid = (quota.left.value?.spendable ?? 0) > 0;
      if (photo && canBePaid && reachability.connection.value === 'connected') {
        sendAs([photo], wanted);
      }
    },
    async reuse(key, wanted) {
      const photo = list.get(key);
      const picture = photo && (await originals.fetch(photo));
      if (!picture) return false;
      repair.value = wanted;
      tray.addChecked(picture, photo.name, key);
      return true;
    },
    retry(key) {
      const photo = list.get(key);
      const attempt = uploader.attemptOf(key);
      if (photo?.id !== null) list.change(key, { phase: { name: 'processing' } });
      else if (attempt) uploader.queue(photo, attempt);
    },
    payAgain(key) {
      const photo = list.get(key);
      const before = uploader.attemptOf(key);
      if (photo && before) uploader.queue(photo, newAttempt(before.repair));
    },
  };
}
