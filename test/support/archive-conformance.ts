import { describe, expect, test } from 'vitest';
import type { Archive } from '../../src/photos/archive/archive.ts';
import { MIB, patternOf, pictureOf, readPicture, sourceEndingIn } from './archive-sources.ts';

/** An empty archive that serves its addresses. */
export interface ArchiveFixture extends AsyncDisposable {
  readonly archive: Archive;
  /** The origin of its gateway, if it needs one. */
  readonly origin: string;
  /** Files other than complete pictures. */
  leftovers(): Promise<readonly string[]>;
}

const NEVER = new AbortController().signal;
/** Larger than a part of an S3 upload in these tests, and not a multiple of it. */
const LARGE = patternOf(12 * MIB + 4);

/**
 * Tests that an implementation of `Archive`, which stores its pictures in `name`, conforms to its
 * interface.
 */
export function describeArchive(name: string, open: () => Promise<ArchiveFixture>): void {
  describe(`an archive in ${name}`, () => {
    test('serves a picture unchanged at its address, with a file name', async () => {
      await using fixture = await open();
      const picture = await readPicture('one-pixel.png');
      await fixture.archive.put('40b37f58', pictureOf(picture, 'image/png'), NEVER);
      const { response, bytes } = await get(fixture, '40b37f58');
      expect(response.status).toBe(200);
      expect(bytes.equals(picture)).toBe(true);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': String(picture.length),
        'content-disposition': 'inline; filename=photo-40b37f58.png',
      });
    });

    test('serves a large picture, and a part of one', async () => {
      await using fixture = await open();
      await fixture.archive.put('large', pictureOf(LARGE), NEVER);
      expect((await get(fixture, 'large')).bytes.equals(LARGE)).toBe(true);
      const start = 5 * MIB - 10;
      const part = await get(fixture, 'large', { range: `bytes=${start}-${start + 19}` });
      expect(part.response.status).toBe(206);
      expect(part.response.headers.get('content-range')).toBe(
        `bytes ${start}-${start + 19}/${LARGE.length}`,
      );
      expect(part.bytes.equals(LARGE.subarray(start, start + 20))).toBe(true);
      expect(await fixture.leftovers()).toEqual([]);
    });

    test.each([
      ['empty', 0],
      ['smaller than a part', 5 * MIB - 1],
      ['as large as a part', 5 * MIB],
      ['as large as two parts', 10 * MIB],
    ])('stores every byte of a picture that is %s', async (_size, sizeBytes) => {
      await using fixture = await open();
      const picture = LARGE.subarray(0, sizeBytes);
      await fixture.archive.put('exact', pictureOf(picture), NEVER);
      expect((await get(fixture, 'exact')).bytes.equals(picture)).toBe(true);
    });

    test('replaces an earlier picture by a later one', async () => {
      await using fixture = await open();
      await fixture.archive.put('again', pictureOf(LARGE), NEVER);
      const later = await readPicture();
      await fixture.archive.put('again', pictureOf(later), NEVER);
      expect((await get(fixture, 'again')).bytes.equals(later)).toBe(true);
    });

    test('serves the earlier picture until the later one is complete', async () => {
      await using fixture = await open();
      const earlier = await readPicture();
      await fixture.archive.put('slow', pictureOf(earlier), NEVER);
      const { bytes, exhausted } = sourceEndingIn(LARGE, 'silence');
      const controller = new AbortController();
      const put = fixture.archive.put(
        'slow',
        { mediaType: 'image/jpeg', bytes },
        controller.signal,
      );
      const outcome = Promise.allSettled([put]);
      await exhausted;
      expect((await get(fixture, 'slow')).bytes.equals(earlier)).toBe(true);
      controller.abort();
      await outcome;
    });

    test.each([
      ['small', LARGE.subarray(0, 1000)],
      ['large', LARGE],
    ])(
      'stores nothing of a %s picture that breaks off, and throws its error',
      async (_size, part) => {
        await using fixture = await open();
        const earlier = await readPicture();
        await fixture.archive.put('broken', pictureOf(earlier), NEVER);
        for (const id of ['broken', 'new']) {
          const cause = new Error('the source broke');
          const { bytes } = sourceEndingIn(part, cause);
          const put = fixture.archive.put(id, { mediaType: 'image/png', bytes }, NEVER);
          await expect(put).rejects.toBe(cause);
        }
        expect((await get(fixture, 'broken')).bytes.equals(earlier)).toBe(true);
        expect((await get(fixture, 'new')).response.status).toBe(404);
        expect(await fixture.leftovers()).toEqual([]);
      },
    );

    test('aborts a picture whose source hangs', async () => {
      await using fixture = await open();
      const { bytes, exhausted, returned } = sourceEndingIn(LARGE, 'silence');
      const controller = new AbortController();
      const put = fixture.archive.put('hung', { mediaType: 'image/png', bytes }, controller.signal);
      const outcome = Promise.allSettled([put]);
      await exhausted;
      const reason = new Error('no time left');
      controller.abort(reason);
      expect(await outcome).toEqual([{ status: 'rejected', reason }]);
      await returned;
      expect((await get(fixture, 'hung')).response.status).toBe(404);
      expect(await fixture.leftovers()).toEqual([]);
    });

    test('distinguishes ids that differ only in case', async () => {
      await using fixture = await open();
      const ids = ['ab-1', 'Ab-1', 'aB-1', 'AB-1'];
      for (const id of ids) {
        await fixture.archive.put(id, pictureOf(Buffer.from(`picture of ${id}`)), NEVER);
      }
      await fixture.archive.remove('AB-1');
      for (const id of ids.slice(0, 3)) {
        expect((await get(fixture, id)).bytes.toString()).toBe(`picture of ${id}`);
      }
      expect((await get(fixture, 'AB-1')).response.status).toBe(404);
    });

    test('distinguishes the pictures of one photo', async () => {
      await using fixture = await open();
      const names = ['aB', 'aB.r2', 'aB.r12', 'ab.r2'];
      for (const picture of names) {
        await fixture.archive.put(picture, pictureOf(Buffer.from(`picture ${picture}`)), NEVER);
      }
      await fixture.archive.remove('aB');
      expect((await get(fixture, 'aB')).response.status).toBe(404);
      for (const picture of names.slice(1)) {
        const { response, bytes } = await get(fixture, picture);
        expect(bytes.toString()).toBe(`picture ${picture}`);
        expect(response.headers.get('content-disposition')).toBe(
          `inline; filename=photo-${picture.slice(0, 2)}.jpg`,
        );
      }
    });

    test.each([
      ['the longest with capitals', 'Z'.repeat(128)],
      ['one that looks like an option', '-rf'],
      ['one of an underscore', '_'],
    ])('accepts every valid id: %s', async (_what, id) => {
      await using fixture = await open();
      const picture = await readPicture();
      await fixture.archive.put(id, pictureOf(picture), NEVER);
      expect((await get(fixture, id)).bytes.equals(picture)).toBe(true);
    });

    test.each(['../../etc/passwd', '..', '', 'a/b', 'a\nb', 'a'.repeat(129), 'a.r', 'a.r0', 'a.b'])(
      'refuses an invalid name: %j',
      async (id) => {
        await using fixture = await open();
        const refusal = { code: 'BAD_USER_INPUT' };
        const put = fixture.archive.put(id, pictureOf(Buffer.from('x')), NEVER);
        await expect(put).rejects.toMatchObject(refusal);
        await expect(fixture.archive.remove(id)).rejects.toMatchObject(refusal);
      },
    );

    test('deletes a picture, and ignores a missing one', async () => {
      await using fixture = await open();
      await fixture.archive.put('gone', pictureOf(await readPicture()), NEVER);
      await fixture.archive.remove('gone');
      expect((await get(fixture, 'gone')).response.status).toBe(404);
      await fixture.archive.remove('gone');
    });

    test('reports that it can be written to, without a trace of the check', async () => {
      await using fixture = await open();
      await fixture.archive.check(NEVER);
      expect(await fixture.leftovers()).toEqual([]);
    });
  });
}

async function get(fixture: ArchiveFixture, id: string, headers: Record<string, string> = {}) {
  const { archive, origin } = fixture;
  const expiresAt = new Date(Date.now() + 60_000);
  const response = await fetch(await archive.address(id, { origin, expiresAt }), { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}
