/** The picked pictures, and the addresses under which the page can show them. */
export interface Pictures {
  /** Stores a picture under the key of its photo, and returns its address. */
  keep(key: string, picture: Blob): string;
  of(key: string): Blob | null;
  /** Releases the picture. Elements with its address show nothing any more. */
  drop(key: string): void;
  close(): void;
}

export function createPictures(): Pictures {
  const kept = new Map<string, { readonly picture: Blob; readonly url: string }>();

  function drop(key: string) {
    const known = kept.get(key);
    if (known) URL.revokeObjectURL(known.url);
    kept.delete(key);
  }

  return {
    keep(key, picture) {
      drop(key);
      const url = URL.createObjectURL(picture);
      kept.set(key, { picture, url });
      return url;
    },
    of: (key) => kept.get(key)?.picture ?? null,
    drop,
    close: () => [...kept.keys()].forEach(drop),
  };
}
