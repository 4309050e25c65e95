import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  PhotoDocument,
  PhotoReadyDocument,
  PhotosDocument,
  PhotoStatusDocument,
  UploadPhotoDocument,
} from '../schema/typed/graphql.ts';
import { photoNameOf, savedStemOf, stemOf } from '../src/photos/photo-name.ts';
import { readFixture } from './support/fixtures.ts';
import { dataOf, send, sendFile } from './support/graphql-client.ts';
import { startGateway, type RunningGateway } from './support/start-gateway.ts';
import { subscribers } from './support/subscribe.ts';

const bytes = await readFixture('landscape-small.jpg');

describe('the name of a photo', () => {
  test.each([
    ['holiday.jpg', 'holiday.jpg'],
    ['  holiday.jpg ', 'holiday.jpg'],
    ['/etc/passwd', 'passwd'],
    ['C:\\fakepath\\祖母.jpg', '祖母.jpg'],
    ['a/b\\c.png', 'c.png'],
    ['line\r\nSet-Cookie: a=b', 'lineSet-Cookie: a=b'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['\ufeffa\u200fb\u2028c\u2066d\0.jpg', 'abcd.jpg'],
    ['e\u0301te\u0301.jpg', '\u00e9t\u00e9.jpg'],
    ['\ud800.jpg', '\ufffd.jpg'],
    ['👨‍👩‍👧.jpg', '👨‍👩‍👧.jpg'],
  ])('%j is %j', (sent, kept) => {
    expect(photoNameOf(sent)).toBe(kept);
  });

  test.each(['', ' ', '.', '..', 'a/', '\\', '\u202e', '..\\..', '\u200b', '.\u00ad.'])(
    '%j is none',
    (sent) => {
      expect(photoNameOf(sent)).toBeNull();
    },
  );

  test('is at most 255 bytes, and ends with its extension', () => {
    const long = photoNameOf(`${'照'.repeat(1000)}.jpeg`);
    expect(long).toMatch(/^照{83}\.jpeg$/);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const name = photoNameOf(text);
        if (name === null) return;
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name).toMatch(/^[^\p{Cc}\p{Cs}/\\\u202a-\u202e]+$/u);
        expect(photoNameOf(name)).toBe(name);
      }),
    );
  });

  test.each([
    ['a.b.jpeg', 'a.b'],
    ['Scan 1950', 'Scan 1950'],
    ['.jpg', '.jpg'],
    ['Version 2. Grandmother', 'Version 2. Grandmother'],
  ])('%j without its extension is %j', (name, stem) => {
    expect(stemOf(name)).toBe(stem);
  });

  test('is cut where a picture saved under it would have a longer name than a file may have', () => {
    expect(savedStemOf('Grandmother 1950.jpg', 'restored')).toBe('Grandmother 1950-restored');
    const longest = `${'a'.repeat(251)}.jpg`;
    expect(photoNameOf(longest)).toBe(longest);
    expect(`${savedStemOf(longest, 'original')}.jpg`).toMatch(/^a{237}-original\.jpg$/);
    const saved = `${savedStemOf('照'.repeat(85), 'restored')}.jpeg`;
    expect(saved).toMatch(/^照{79}-restored\.jpeg$/);
    expect(Buffer.byteLength(saved)).toBeLessThanOrEqual(255);
  });
});

/** The name of the file that a browser saves, as RFC 8187 encodes it. */
function savedAs(header: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([\w%.-]+)$/.exec(header ?? '')?.[1];
  return encoded === undefined ? undefined : decodeURIComponent(encoded);
}

async function archivedAddress(gateway: RunningGateway, id: string) {
  const address = async () =>
    dataOf(await send(gateway, PhotoDocument, { id })).photo?.downloadUrl?.url ?? '';
  await expect.poll(address).toContain('/archive/');
  return address();
}

test('a photo has the name of its file, or that of the argument, wherever it is shown, and is saved under it', async () => {
  await using gateway = await startGateway();
  const upload = async (fileName: string, name?: string) => {
    const file = new File([bytes], fileName);
    const variables = {
      file,
      repairType: 'SUPER_RESOLUTION',
      ...(name === undefined ? {} : { name }),
    } as const;
    return dataOf(await sendFile(gateway, UploadPhotoDocument, variables)).uploadPhoto;
  };
  const photo = await upload('C:\\fakepath\\祖母\u202e 1950.png');
  expect(photo.name).toBe('祖母 1950.png');
  const { id } = photo;
  using subscriber = subscribers['server-sent events'](gateway);
  const event = await subscriber.subscribe(PhotoReadyDocument, { id }).next();
  expect(dataOf(event.value).photoReady.name).toBe('祖母 1950.png');
  expect(dataOf(await send(gateway, PhotoStatusDocument, { id })).photoStatus.name).toBe(
    '祖母 1950.png',
  );

  expect(await upload('a.jpg', '../Wedding "1"')).toMatchObject({ name: 'Wedding "1"' });
  expect(await upload('a.jpg', '')).toMatchObject({ name: null });
  // Browsers and curl send each quote of a file's name as %22.
  expect(await upload('Wedding "2" 100%25.jpg')).toMatchObject({ name: 'Wedding "2" 100%25.jpg' });
  // A page that adds a `Blob` without a name.
  expect(await upload('blob')).toMatchObject({ name: null });
  const { photos } = dataOf(await send(gateway, PhotosDocument, {}));
  expect(photos.edges.map(({ node }) => node.name)).toEqual([
    null,
    'Wedding "2" 100%25.jpg',
    null,
    'Wedding "1"',
    '祖母 1950.png',
  ]);

  const address = await archivedAddress(gateway, id);
  const shown = (await fetch(address, { method: 'HEAD' })).headers.get('content-disposition');
  expect(shown).toMatch(/^inline; /);
  expect(savedAs(shown)).toBe('祖母 1950-restored.jpg');
  const saved = await fetch(`${address}&download=1`, { method: 'HEAD' });
  expect(saved.headers.get('content-disposition')).toMatch(/^attachment; /);
  const forged = address.replace(/name=[^&]*/, 'name=invoice.pdf');
  expect((await fetch(forged, { method: 'HEAD' })).status).toBe(403);
  const nameless = address.replace(/name=[^&]*&/, '');
  expect((await fetch(nameless, { method: 'HEAD' })).status).toBe(403);
});
