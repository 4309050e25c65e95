/** What one field adds to the cost of an operation. */
export interface FieldCost {
  /** For itself. @default 1 */
  readonly cost?: number;
  /** For a field with many results: the argument that says how many, as a number or by its entries. */
  readonly sizedBy?: string;
  /** How many they are where that argument is left out. */
  readonly defaultSize?: number;
}

/** A call to the provider, which it answers as slowly as it likes, and counts. */
const PROVIDER_CALL = 10;

/** All that can be introspected, at once: milliseconds of work, which no provider waits for. */
const INTROSPECTION = 500;

/** More than this the resolvers refuse by themselves, with a better message. */
export const MAX_SIZE = 100;

/**
 * The fields that cost more than 1. A field costs as much for itself as it says here, and what is selected
 * below it is added; one with many results costs all of that for each of them.
 */
export const FIELD_COSTS: ReadonlyMap<string, FieldCost> = new Map([
  ['Query.photoStatus', { cost: PROVIDER_CALL }],
  ['Query.downloadUrl', { cost: PROVIDER_CALL }],
  ['Query.quota', { cost: PROVIDER_CALL }],
  ['Query.photos', { sizedBy: 'first', defaultSize: 20 }],
  ['Query.__schema', { cost: INTROSPECTION }],
  ['Query.__type', { cost: INTROSPECTION }],
  ['Photo.downloadUrl', { cost: PROVIDER_CALL }],
  ['Mutation.uploadPhoto', { cost: PROVIDER_CALL }],
  ['Subscription.photoReady', { cost: PROVIDER_CALL }],
  ['Subscription.photosReady', { cost: PROVIDER_CALL, sizedBy: 'ids' }],
]);
