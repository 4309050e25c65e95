/** How the gateway reads what is in its archive: files, or objects of a bucket. */
export type StoredPictures =
  | {
      readonly kind: 'files';
      /** The absolute path of a picture, whether it exists or not. */
      readonly pathOf: (name: string) => string;
    }
  | { readonly kind: 'objects'; readonly read: ReadObject };

/**
 * Reads an object, or the part of it that `range` names in the words of HTTP.
 * @returns null if there is no such object, `unsatisfiable` if it has no such part.
 * @throws the errors of the service; the reason of `signal`, which also ends `bytes`.
 */
export type ReadObject = (
  name: string,
  range: string | undefined,
  signal: AbortSignal,
) => Promise<StoredObject | 'unsatisfiable' | null>;

export interface StoredObject {
  /** The size of what `bytes` gives; undefined if the service does not tell. */
  readonly sizeBytes: number | undefined;
  /** The header `Content-Range` of a part; undefined for the whole. */
  readonly contentRange: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}
