import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { PICTURE_TYPES } from '../src/photos/picture/picture-type.ts';
import { openUpload } from '../src/photos/uploads/picture.ts';
import { PhotoStatusDocument } from '../schema/typed/graphql.ts';
import { openFetcher } from './support/archive-fetcher.ts';
import { readPicture } from './support/archive-sources.ts';
import { dataOf, send } from './support/graphql-client.ts';
import { listen } from './support/listen.ts';
import { directoryOf, scans } from './support/scans.ts';
import { startSlowUpload } from './support/slow-upload.ts';
import { startGateway, type RunningGateway } from './support/start-gateway.ts';

const HEAD_BYTES = 4100;
const LIMITS = { maxFileSizeBytes: 1_000_000, idleTimeoutMs: 10_000 };
const photo = sharp(await readPicture());

/** A file of which only the first bytes matter, with more bytes behind them. */
function startingWith(...parts: readonly (string | readonly number[])[]): Buffer {
  const start = parts.map((part) =>
    typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
  );
  return Buffer.concat([...start, Buffer.alloc(2 * HEAD_BYTES, 7)]);
}

/** The box that a HEIF file, or a video, begins with. */
function ftyp(major: string, ...compatible: readonly string[]): Buffer {
  const size = 16 + 4 * compatible.length;
  return startingWith([0, 0, 0, size], `ftyp${major}\0\0\0\0`, ...compatible, [0, 0, 0, 8], 'meta');
}

const brands: Readonly<Record<string, readonly string[]>> = {
  'image/heic': ['heic', 'heix', 'heim', 'heis'],
  'image/heic-sequence': ['hevc', 'hevx', 'hevm', 'hevs'],
  'image/heif': ['mif1', 'mif2', 'miaf', 'MiHB', 'MiHA', 'MiHE', '1pic', 'tmap'],
  'image/heif-sequence': ['msf1'],
  'image/avif': ['avif', 'avis', 'MA1A', 'MA1B'],
  'image/avci': ['avci'],
  'image/avcs': ['avcs'],
  'image/hej2k': ['j2ki'],
  'image/x-canon-cr3': ['crx '],
};

const BIG_ENDIAN_DIRECTORY_AT_1_MB = [0, 0x10, 0, 0];
const JPEG_2000 = [0, 0, 0, 12, ...Buffer.from('jP  \r\n'), 0x87, 0x0a, 0, 0, 0, 20];

const pictures: readonly (readonly [name: string, bytes: Buffer, mediaType: string])[] = [
  ['JPEG', await readPicture(), 'image/jpeg'],
  ['PNG', await photo.clone().png().toBuffer(), 'image/png'],
  ['a PNG of one pixel', await readPicture('one-pixel.png'), 'image/png'],
  ['WebP', await photo.clone().webp().toBuffer(), 'image/webp'],
  ['GIF', await photo.clone().gif().toBuffer(), 'image/gif'],
  ['AVIF', await photo.clone().avif().toBuffer(), 'image/avif'],
  ['HEIC', await readPicture('hevc.heic'), 'image/heic'],
  ...Object.entries(scans).map(
    ([name, bytes]) => [`TIFF with ${name}`, bytes, 'image/tiff'] as const,
  ),
  ['a TIFF of Motorola’s', startingWith('MM\0*', BIG_ENDIAN_DIRECTORY_AT_1_MB), 'image/tiff'],
  ['a BigTIFF of Motorola’s', startingWith('MM\0+', [0, 8, 0, 0], Array(8).fill(1)), 'image/tiff'],
  ['a TIFF and no more', Buffer.from('II*\0', 'latin1'), 'image/tiff'],
  ['BMP', startingWith('BM', [0, 0, 1, 0]), 'image/bmp'],
  ['JPEG XL', startingWith([0xff, 0x0a]), 'image/jxl'],
  ['JPEG XL in boxes', startingWith([0, 0, 0, 12], 'JXL \r\n', [0x87, 0x0a]), 'image/jxl'],
  ['JPEG 2000', startingWith(JPEG_2000, 'ftypjp2 '), 'image/jp2'],
  ['JPEG 2000 of another brand', startingWith(JPEG_2000, 'ftypjph '), 'image/jp2'],
  ['JPEG XR', startingWith([0x49, 0x49, 0xbc, 0x01]), 'image/vnd.ms-photo'],
  ['Photoshop', startingWith('8BPS', [0, 1]), 'image/vnd.adobe.photoshop'],
  ['icon', startingWith([0, 0, 1, 0, 1, 0]), 'image/x-icon'],
  ...Object.entries(brands).flatMap(([mediaType, majors]) =>
    majors.map((major) => [`brand ${major}`, ftyp(major, 'mif1'), mediaType] as const),
  ),
  ['an unknown brand that is read as HEIC', ftyp('abcd', 'isom', 'heic', 'mif1'), 'image/heic'],
];

const others: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['text', Buffer.from('hello')],
  ['one byte', Buffer.from('I')],
  ['TIFF’s letters in a text', startingWith('II*IV')],
  ['PDF', startingWith('%PDF-1.7\n')],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['SVG with a prologue', Buffer.from('<?xml version="1.0"?><svg/>')],
  ['HTML', Buffer.from('<!doctype html>')],
  ['ZIP', startingWith('PK', [3, 4, 20, 0])],
  ['MP4', ftyp('isom', 'isom', 'mp41')],
  ['QuickTime', ftyp('qt  ', 'qt  ')],
  ['a brand beyond its box', ftyp('isom', 'mp41').fill('heic', 20, 24)],
];

/** The result for a file that arrives in chunks of these sizes, and then the rest in one. */
async function verdictOf(bytes: Buffer, sizes: readonly number[]): Promise<string> {
  async function* chunks() {
    let place = 0;
    for (const size of sizes) {
      yield bytes.subarray(place, place + size);
      place += size;
    }
    yield bytes.subarray(place);
  }
  try {
    const picture = await openUpload({ fileName: 'a', bytes: chunks() }, LIMITS);
    const whole = await buffer(picture.read(async () => undefined));
    expect(whole.equals(bytes)).toBe(true);
    return picture.mediaType;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

const SINGLE_BYTES = Array.from({ length: HEAD_BYTES + 10 }, () => 1);
const size = fc.oneof(fc.integer({ min: 0, max: 64 }), fc.integer({ min: 0, max: 9000 }));
const sizes = fc.array(size, { maxLength: 100 });

describe('the type of a file follows from its first 4,100 bytes, however they arrive:', () => {
  test.for(pictures)('%s is a picture', async ([, bytes, mediaType]) => {
    expect(PICTURE_TYPES).toContain(mediaType);
    for (const cut of [[], SINGLE_BYTES, [HEAD_BYTES - 1], [HEAD_BYTES], [HEAD_BYTES + 1]]) {
      expect(await verdictOf(bytes, cut)).toBe(mediaType);
    }
    await fc.assert(
      fc.asyncProperty(sizes, async (cut) => {
        expect(await verdictOf(bytes, cut)).toBe(mediaType);
      }),
      { numRuns: 20 },
    );
  });

  test.for(others)('%s is not', async ([, bytes]) => {
    await fc.assert(
      fc.asyncProperty(sizes, async (cut) => {
        expect(await verdictOf(bytes, cut)).toBe('UNSUPPORTED_FILE_TYPE');
      }),
      { numRuns: 20 },
    );
  });

  test('for any content', async () => {
    const start = fc.constantFrom(...pictures, ...others).map(([, bytes]) => bytes);
    const file = fc
      .tuple(start, fc.nat(HEAD_BYTES), fc.uint8Array({ maxLength: 40 }), fc.nat(3 * HEAD_BYTES))
      .map(([bytes, place, noise, length]) => {
        const changed = Buffer.concat([bytes, Buffer.alloc(HEAD_BYTES)]).subarray(0, length + 1);
        changed.set(
          noise.subarray(0, Math.max(0, changed.length - place)),
          Math.min(place, length),
        );
        return changed;
      });
    await fc.assert(
      fc.asyncProperty(file, sizes, async (bytes, cut) => {
        expect(await verdictOf(bytes, cut)).toBe(await verdictOf(bytes, []));
      }),
      { numRuns: 300 },
    );
  });
});

async function addressOf(gateway: RunningGateway, id: string) {
  const { photoStatus } = dataOf(await send(gateway, PhotoStatusDocument, { id }));
  return photoStatus.downloadUrl?.url;
}

/** Its directory is behind the first bytes, so those alone do not show its exact type. */
const scan = scans['no compression'] ?? Buffer.of();

describe('a scan whose directory comes last', () => {
  test('is uploaded in small pieces, restored, and archived as a JPEG', async () => {
    expect(directoryOf(scan)).toBeGreaterThan(HEAD_BYTES);
    await using gateway = await startGateway({}, { processingTimeMs: 0 });
    const upload = startSlowUpload(gateway);
    for (let place = 0; place < scan.length; place += 1000) {
      upload.write(scan.subarray(place, place + 1000));
    }
    upload.end();
    const { id } = dataOf(await upload.result).uploadPhoto;
    const archived = `${gateway.url}/archive/`;
    await expect.poll(() => addressOf(gateway, id)).toContain(archived);
    const kept = await fetch((await addressOf(gateway, id)) ?? '');
    expect(kept.headers.get('content-type')).toBe('image/jpeg');
    const restored = await sharp(await kept.arrayBuffer()).metadata();
    expect(restored).toMatchObject({ format: 'jpeg', width: 192, height: 144 });
  });

  test.each(Object.keys(scans))('is fetched as a result in small pieces: %s', async (name) => {
    const result = scans[name] ?? Buffer.of();
    await using server = await listen(
      createServer((_, response) => {
        for (let place = 0; place < result.length; place += 1000) {
          response.write(result.subarray(place, place + 1000));
        }
        response.end();
      }),
    );
    await using fetcher = openFetcher(server.url);
    expect(await fetcher.fetch(server.url)).toMatchObject({
      mediaType: 'image/tiff',
      sizeBytes: result.length,
    });
    expect(fetcher.kept[0]?.bytes.equals(result)).toBe(true);
  });
});
