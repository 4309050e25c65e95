import { describe } from 'vitest';
import { describeAccount } from './store-conformance-account.ts';
import { describeAfterReady } from './store-conformance-after-ready.ts';
import { describeAllowances } from './store-conformance-allowances.ts';
import { describeIdempotencyRecords } from './store-conformance-idempotency-records.ts';
import { describeLists } from './store-conformance-lists.ts';
import { describeMetadata } from './store-conformance-metadata.ts';
import { describeOriginals } from './store-conformance-originals.ts';
import { describeOutbox } from './store-conformance-outbox.ts';
import { describePhotos } from './store-conformance-photos.ts';
import { describePurge } from './store-conformance-purge.ts';
import { describeDeletion } from './store-conformance-deletion.ts';
import { describeSamePhoto } from './store-conformance-same-photo.ts';
import { describeWork } from './store-conformance-work.ts';
import type { CreateStoreFixture } from './store-fixture.ts';

/**
 * Tests that an implementation of `Store`, which stores its rows in `name`, conforms to every
 * sentence of the interface.
 */
export function describeStore(name: string, createFixture: CreateStoreFixture): void {
  describe(`a store in ${name}`, () => {
    describePhotos(createFixture);
    describeAfterReady(createFixture);
    describeSamePhoto(createFixture);
    describeDeletion(createFixture);
    describeLists(createFixture);
    describeWork(createFixture);
    describeIdempotencyRecords(createFixture);
    describeAccount(createFixture);
    describeAllowances(createFixture);
    describeOriginals(createFixture);
    describePurge(createFixture);
    describeMetadata(createFixture);
    describeOutbox(createFixture);
  });
}
