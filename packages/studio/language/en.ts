import { englishFailures } from './english-failures.ts';
import { createFormats } from './formats.ts';
import type { Words } from './words.ts';

/** @param locale - An English BCP 47 tag. Its region determines the format of numbers and dates. */
export function createEnglish(locale: string): Words {
  const { count, isOne, percent, bytes, time, day, duration } = createFormats(locale);
  const uploads = (n: number) => `${count(n)} ${isOne(n) ? 'upload' : 'uploads'}`;
  const photos = (n: number) => `${count(n)} ${isOne(n) ? 'photo' : 'photos'}`;
  const some = (n: number) => (n === 0 ? 'photos' : photos(n));

  return {
    locale,
    title: 'Photo Studio – restore your photos',
    name: 'Photo Studio',
    explorer: 'API explorer',
    quota: {
      asking: 'Checking uploads…',
      left: (n) => (n === 0 ? 'No uploads left' : `${uploads(n)} left`),
      today: (remaining, limit) => `${count(remaining)} of ${count(limit)} left today`,
      unknown: 'Uploads left unknown',
      stale: 'Can’t be updated now',
      keyNeeded: 'Access key needed',
    },
    access: {
      title: 'This studio needs a key',
      text: 'Enter the one that you were given. It’s kept until you close this tab.',
      label: 'Access key',
      refused: 'This key wasn’t accepted. Check it and try again.',
      submit: 'Continue',
      endedTitle: 'Your key no longer works',
      ended: 'It was taken back or has expired. Ask for another one and enter it here.',
    },
    menu: {
      open: 'Menu',
      keyInUse: 'Your access key is kept until you close this tab.',
      signOut: 'Sign out',
    },
    reconnecting: 'Connection lost. Reconnecting…',
    composer: {
      title: 'Bring old photos back to life',
      text: 'Add your photos, pick a repair, and compare before and after.',
      choose: 'Choose photos',
      hint: 'or drop or paste them anywhere',
      hintOnTouch: 'from your phone or its camera',
      dropAnywhere: 'Drop your photos to add them',
      tray: 'Photos to restore',
      count: (n, size) => `${photos(n)}, ${bytes(size)}`,
      clear: 'Remove all',
      checking: 'Being checked…',
      refusals: {
        notPicture: 'Not a picture, so it won’t be sent.',
        empty: 'The file is empty, so it won’t be sent.',
        duplicate: 'Already added, so it won’t be sent twice.',
        tooLarge: (max) =>
          `Larger than ${bytes(max)}, and your browser can’t make it smaller. Save a smaller copy.`,
        unreadable: (kind) =>
          `Your browser can’t read ${kind}. Save it as JPEG or PNG, then add it again.`,
      },
      removeRefused: (n) => (isOne(n) ? 'Remove it' : 'Remove them'),
      converted: (kind) => `${kind} is sent as JPEG.`,
      madeSmaller: (from, to) => `Made smaller to be accepted: ${bytes(from)} → ${bytes(to)}.`,
      restoredBefore: 'Restored like this before. Sending it again uses another upload.',
      andOthers: (names, n) => `${names.join(', ')}${n > 0 ? ` and ${count(n)} more` : ''}`,
      nothingCharged: 'Cancelled, nothing charged.',
      maybeCharged: 'Cancelled, but it may have been charged. The same repair isn’t paid twice.',
      send: {
        REPAIR: (n) => `Repair ${some(n)}`,
        COLORIZE: (n) => (n === 0 ? 'Add colour' : `Add colour to ${photos(n)}`),
        SUPER_RESOLUTION: (n) => `Sharpen ${some(n)}`,
        REPLACE_BACKGROUND: (n, colour) =>
          n > 1 ? `${count(n)} ID photos, ${colour}` : `ID photo, ${colour}`,
      },
      keyFirst: 'Enter your key first.',
      atWork: (n) => `${count(n)} being restored ·`,
      view: 'View',
      empty: 'Add a photo first. Each one uses an upload.',
      cost: (n, left) =>
        `Uses ${count(n)} of your ${uploads(left)}. Only what succeeds is charged.`,
      costOfToday: (n, left) =>
        `Uses ${count(n)} of the ${uploads(left)} you have today. Only what succeeds is charged.`,
      costOfUnknown: (n) => `Uses ${uploads(n)}. Only what succeeds is charged.`,
      tooFew: (left, surplus) =>
        `You have ${uploads(left)} left. Remove ${photos(surplus)} to go on.`,
      noneLeft: 'No uploads are left. Top up the account to restore more photos.',
      noneLeftToday: 'You’ve used all your uploads for today. Come back tomorrow.',
    },
    repair: {
      legend: 'Choose a repair',
      SUPER_RESOLUTION: { name: 'Sharpen', line: 'Larger and crisper', done: 'Sharpened' },
      REPAIR: { name: 'Repair', line: 'No more scratches', done: 'Repaired' },
      COLORIZE: { name: 'Add colour', line: 'From grey to colour', done: 'Colour added' },
      REPLACE_BACKGROUND: {
        name: 'ID photo',
        line: 'A plain background',
        done: 'ID photo',
      },
    },
    background: {
      legend: 'Background',
      white: 'White',
      grey: 'Light grey',
      lightBlue: 'Light blue',
      blue: 'Blue',
      red: 'Red',
      another: 'Another colour',
    },
    gallery: {
      title: 'Your photos',
      loading: 'Loading your photos…',
      older: 'Show older photos',
      failed: 'Your earlier photos couldn’t be loaded.',
      retry: 'Load again',
      emptyTitle: 'Nothing here yet',
      emptyText: 'Photos you restore appear here, side by side with the original.',
    },
    photo: {
      from: (at) => `Photo from ${time(at)}`,
      unnamed: 'Photo',
      actionOn: (action, name) => `${action}: ${name}`,
      size: bytes,
      day,
      queued: 'Waiting for its turn',
      sent: (sent, total) => `${bytes(sent)} of ${bytes(total)}`,
      share: (sent, total) => percent(sent / total),
      uploading: 'Uploading',
      finishing: 'Almost uploaded…',
      interrupted: 'Connection lost. It goes on by itself.',
      restoring: 'Being restored…',
      secondsLeft: (n) => `About ${duration(n * 1000)} left`,
      minutesLeft: (n) => `About ${duration(n * 60_000)} left`,
      anyMoment: 'Any moment now…',
      longerThanUsual: 'Taking longer than usual…',
      before: 'Before',
      after: 'After',
      compare: 'Compare',
      shares: (before) => `${percent(before)} before, ${percent(1 - before)} after`,
      missing: 'The picture can’t be shown right now.',
      keptUntil: (at) => `Kept until ${time(at)}`,
      expired: 'Deleted. The restored photo is no longer kept.',
      nothingCharged: 'Nothing was charged.',
      maybeCharged: 'It may have been charged. Trying again doesn’t pay twice.',
      maybeChargedTwice: 'Uploading it anew may cost another upload.',
      waitFor: (ms) => `Try again in ${duration(ms)}`,
      actions: {
        open: 'Open large',
        close: 'Close',
        download: 'Download',
        cancel: 'Cancel',
        goOn: 'Try now',
        retry: 'Try again',
        payAgain: 'Upload anew',
        remove: 'Remove',
        reload: 'Load again',
      },
    },
    announcements: {
      added: (n) => `${photos(n)} added.`,
      sent: (n) => `Uploading ${photos(n)}.`,
      refused: (name, why) => `${name}: ${why}`,
      uploaded: (name) => `${name} is uploaded and being restored.`,
      interrupted: (name) => `${name}: connection lost. It goes on by itself.`,
      ready: (name) => `${name} is restored.`,
      expired: (name) => `${name} has been deleted.`,
      failed: (name, why) => `${name} failed. ${why}`,
      cancelled: (name, cost) => `${name}: ${cost} It’s back among the photos to restore.`,
      lost: 'Connection lost. Reconnecting.',
      found: 'Connected again.',
    },
    tooLarge: (max) =>
      `This photo is larger than ${bytes(max)}. Save a smaller copy and add that one.`,
    failures: englishFailures,
  };
}
