import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { downloadName } from '../packages/studio/components/download-name.ts';
import { timeLeft } from '../packages/studio/components/time-left.ts';
import { fileKind } from '../packages/studio/files/file-kind.ts';
import { judgeFile, refusalOfUnconverted } from '../packages/studio/files/judge-file.ts';
import { chooseWords } from '../packages/studio/language/choose-words.ts';
import { batchTimeLeft } from '../packages/studio/photos/batch-time-left.ts';
import { comparePlaces } from '../packages/studio/photos/compare-places.ts';
import { uniqueName } from '../packages/studio/photos/unique-name.ts';
import { fitScale, windowOf, zoomAt } from '../packages/studio/viewer/zoom.ts';

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url));
const grey = sharp({ create: { width: 2, height: 2, channels: 3, background: 'grey' } });
const limits = { maxBytes: 1000, formats: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] };

const nameOf = (name: string | null, afterUrl = 'https://gateway/archive/1?signature=2') =>
  downloadName({ name, id: '379aa53e0123', afterUrl });
const localeOf = async (...languages: string[]) => (await chooseWords(languages)).locale;

describe('the rules of the studio', () => {
  test('a format is known by the first bytes, whatever the name says', async () => {
    const kinds = {
      JPEG: await fixture('landscape-small.jpg'),
      PNG: await fixture('one-pixel.png'),
      GIF: await fixture('animated.gif'),
      HEIC: await fixture('hevc.heic'),
      WebP: await grey.clone().webp().toBuffer(),
      AVIF: await grey.clone().avif().toBuffer(),
      TIFF: await grey.clone().tiff().toBuffer(),
      BMP: Buffer.from('BM\x3A\0\0\0'),
    };
    for (const [kind, bytes] of Object.entries(kinds)) expect(fileKind(bytes)).toBe(kind);
    for (const text of ['', 'a letter', '%PDF-1.7', '<svg xmlns="…">']) {
      expect(fileKind(Buffer.from(text))).toBeNull();
    }
  });

  test('a file is sent as it is, converted, or refused', () => {
    expect(judgeFile({ kind: 'JPEG', sizeBytes: 1000 }, limits)).toBe('send');
    expect(judgeFile({ kind: 'JPEG', sizeBytes: 1001 }, limits)).toBe('convert');
    expect(judgeFile({ kind: 'BMP', sizeBytes: 1 }, limits)).toBe('convert');
    expect(judgeFile({ kind: 'WebP', sizeBytes: 1 }, { ...limits, formats: [] })).toBe('convert');
    expect(judgeFile({ kind: 'PNG', sizeBytes: 0 }, limits)).toEqual({ name: 'empty' });
    expect(judgeFile({ kind: null, sizeBytes: 9 }, limits)).toEqual({ name: 'notPicture' });
    expect(refusalOfUnconverted('JPEG', limits)).toEqual({ name: 'tooLarge', maxBytes: 1000 });
    expect(refusalOfUnconverted('HEIC', limits)).toEqual({ name: 'unreadable', kind: 'HEIC' });
  });

  test('the latest photos come first, and those sent together keep their order', () => {
    const places = [
      { place: { at: 1, index: 0 } },
      { place: { at: 2, index: 1 } },
      { place: { at: 2, index: 0 } },
      { place: { at: 3, index: 0 } },
    ];
    const order = places.toSorted(comparePlaces).map(({ place: { at, index } }) => [at, index]);
    expect(order).toEqual([
      [3, 0],
      [2, 0],
      [2, 1],
      [1, 0],
    ]);
  });

  test('a restored photo is saved under the name of its original', () => {
    expect(nameOf('grandma 1952.JPG')).toBe('grandma 1952-restored.jpg');
    expect(nameOf('scan.v2.tiff')).toBe('scan.v2-restored.jpg');
    expect(nameOf('奶奶.png', 'https://host/a.png')).toBe('奶奶-restored.png');
    expect(nameOf('../../etc/pass:wd')).toBe('.._.._etc_pass_wd-restored.jpg');
    expect(nameOf(null)).toBe('photo-379aa53e-restored.jpg');
    expect(uniqueName('a.jpg', new Set(['a.jpg', 'a (2).jpg']))).toBe('a (3).jpg');
  });

  test('a late photo is not promised for any moment', async () => {
    const words = await chooseWords(['en-GB']);
    expect(timeLeft(10_000, 0, words)).toMatch(/^About 10/);
    expect(timeLeft(10_000, 10_000, words)).toBe('Any moment now…');
    expect(timeLeft(10_000, 60_000, words)).toBe('Taking longer than usual…');
  });

  test('what is left of a batch is told by the gateway’s estimates, and by the pace so far', () => {
    const restoring = { phase: { name: 'processing' }, expectedReadyAt: 9000 } as const;
    const queued = { phase: { name: 'queued' }, expectedReadyAt: null } as const;
    const started = { startedAt: 0, ready: 0 };
    const known = { ...started, photos: [restoring], atWork: 1 };
    expect(batchTimeLeft(known, 4000)).toBe(5000);
    expect(batchTimeLeft(known, 10_000)).toBeNull();
    const mixed = { ...started, photos: [restoring, queued], atWork: 2 };
    expect(batchTimeLeft(mixed, 4000)).toBeNull();
    expect(batchTimeLeft({ ...mixed, ready: 2 }, 6000)).toBe(6000);
  });

  test('every reader gets a language that they read', async () => {
    expect(await localeOf('zh-TW', 'en')).toBe('zh-TW');
    expect(await localeOf('zh-HK')).toBe('zh-HK');
    expect(await localeOf('zh-Hant-CN')).toBe('zh-TW');
    expect(await localeOf('zh')).toBe('zh-CN');
    expect(await localeOf('zh-Hans-TW')).toBe('zh-CN');
    expect(await localeOf('fr', 'en-US')).toBe('en-US');
    expect(await localeOf('en-US@posix')).toBe('en');
    const { composer } = await chooseWords(['zh-TW']);
    expect(composer.choose).toBe('選擇照片');
  });

  test('zooming keeps what is under the pointer, and the picture on the stage', () => {
    const stage = { width: 1000, height: 500 };
    const picture = { width: 4000, height: 1000 };
    expect(fitScale(stage, picture)).toBe(0.25);
    const whole = { scale: 0.25, x: 0, y: 0 };
    const near = zoomAt(whole, 1, { x: 100, y: 0 }, stage, picture);
    expect(near).toEqual({ scale: 1, x: -300, y: 0 });
    expect(zoomAt(near, 0.01, { x: 0, y: 0 }, stage, picture).scale).toBe(0.25);
    expect(zoomAt(whole, 1, { x: 500, y: 0 }, stage, picture).x).toBe(-1500);
    expect(windowOf(whole, stage, picture)).toEqual({
      left: 0,
      top: 125,
      width: 1000,
      height: 250,
    });
  });
});
