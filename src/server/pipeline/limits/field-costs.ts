import { MAX_REPRESENTATIONS } from '../../../graphql/representations.ts';

/** How much one field adds to the cost of an operation. */
export interface FieldCost {
  /** The cost of the field itself. @default 1 */
  readonly cost?: number;
  /**
   * For a field with many results: the arguments that set their number, as a number or by the length of a
   * list. The largest counts.
   */
  readonly sizedBy?: readonly string[];
  /** The number of results if these arguments are left out or null. */
  readonly defaultSize?: number;
  /** The most results that are counted. @default MAX_SIZE */
  readonly maxSize?: number;
}

/** One call to the provider, which may be slow and which counts calls. */
const PROVIDER_CALL = 10;

/** One change of the store and the archive, which may be a bucket far away. */
const DELETION = 10;

/** Introspects the whole schema: milliseconds of work, without a call to the provider. */
const INTROSPECTION = 500;

/** The most results that are counted. Resolvers reject larger sizes themselves, with a better message. */
export const MAX_SIZE = 100;

/**
 * The fields that cost more than 1. The cost of a field is its own cost plus the cost of its selected
 * subfields. For a field with many results that sum is multiplied by their number.
 */
export const FIELD_COSTS: ReadonlyMap<string, FieldCost> = new Map([
  ['Query.photoStatus', { cost: PROVIDER_CALL }],
  ['Query.downloadUrl', { cost: PROVIDER_CALL }],
  ['Query.quota', { cost: PROVIDER_CALL }],
  ['Query.photos', { sizedBy: ['first', 'last'], defaultSize: 20 }],
  ['Query.nodes', { sizedBy: ['ids'] }],
  ['Query.__schema', { cost: INTROSPECTION }],
  ['Query.__type', { cost: INTROSPECTION }],
  ['Query._service', { cost: INTROSPECTION }],
  ['Query._entities', { sizedBy: ['representations'], maxSize: MAX_REPRESENTATIONS }],
  ['Photo.downloadUrl', { cost: PROVIDER_CALL }],
  ['Mutation.deletePhoto', { cost: DELETION }],
  ['Mutation.uploadPhoto', { cost: PROVIDER_CALL }],
  ['Subscription.photoReady', { cost: PROVIDER_CALL }],
  ['Subscription.photosReady', { cost: PROVIDER_CALL, sizedBy: ['ids'] }],
]);
