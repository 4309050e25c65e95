import { unknownPhoto } from '../../src/photos/photo.ts';
import type { Photos } from '../../src/photos/photos.ts';
import { stubPhotos } from './stub-photos.ts';

/** A photos module that knows no photo, and records what it was asked for. */
export function createEmptyModule(): { readonly photos: Photos; readonly asked: string[] } {
  const asked: string[] = [];
  const photos: Photos = {
    ...stubPhotos(unused),
    async photo() {
      asked.push('photo');
      return null;
    },
    async list() {
      asked.push('list');
      return { entries: [], hasNextPage: false };
    },
    async quota() {
      asked.push('quota');
      return { accountCode: 'test', remaining: 1 };
    },
    async *ready(_caller, [id = '']) {
      asked.push('ready');
      yield () => unknownPhoto(id);
    },
  };
  return { photos, asked };
}

function unused(): never {
  throw new Error('No test here asks for it');
}
