import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseArchiveUrl } from '../src/config/archive-url.ts';

test.each([
  [undefined, { kind: 'folder', directory: '/data/archive' }],
  ['off', { kind: 'off' }],
  ['file:///srv/photos', { kind: 'folder', directory: '/srv/photos' }],
  ['file:/srv/my%20photos', { kind: 'folder', directory: '/srv/my photos' }],
  ['file:photos/kept', { kind: 'folder', directory: join(process.cwd(), 'photos/kept') }],
  ['file:./photos', { kind: 'folder', directory: join(process.cwd(), 'photos') }],
  ['FILE:/srv/photos', { kind: 'folder', directory: '/srv/photos' }],
  ['s3://my-bucket', { kind: 's3', bucket: 'my-bucket', prefix: '' }],
  ['s3://my.bucket/', { kind: 's3', bucket: 'my.bucket', prefix: '' }],
  ['s3://my-bucket/photos/kept_1/', { kind: 's3', bucket: 'my-bucket', prefix: 'photos/kept_1' }],
])('ARCHIVE_URL %s is valid', (text, place) => {
  expect(parseArchiveUrl(text, '/data')).toEqual(place);
});

test('the default is below DATA_DIR, whatever the working directory', () => {
  const directory = join(process.cwd(), 'data', 'archive');
  expect(parseArchiveUrl(undefined, './data')).toEqual({ kind: 'folder', directory });
});

test.each([
  '/srv/photos',
  'photos',
  'file:',
  'file://another-host/photos',
  'file:~/photos',
  'file://~/photos',
  'file:///srv/photos?mode=rw',
  'file:///srv/ph%2fotos',
  'file:///srv/photos#1',
  'https://example.com/photos',
  's3:my-bucket',
  's3://',
  's3://Bucket',
  's3://b',
  's3://key:secret@my-bucket',
  's3://my-bucket:9000/photos',
  's3://my-bucket/a//b',
  's3://my-bucket/a b',
  's3://my-bucket?region=eu',
  'OFF',
])('ARCHIVE_URL %s is refused in one line that begins with the name', (text) => {
  expect(() => parseArchiveUrl(text, '/data')).toThrow(/^must [^\n]+$/);
});
