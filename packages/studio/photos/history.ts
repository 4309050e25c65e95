import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { Gateway, RememberedPhoto } from '../gateway/gateway.ts';
import { fromGateway } from './from-gateway.ts';
import type { PhotoList } from './photo-list.ts';
import type { Pictures } from './pictures.ts';
import type { Reachability } from './reachability.ts';
import type { StoredPhoto } from './photo-storage.ts';
import type { HistoryState } from './studio.ts';
import type { StudioPhoto } from './studio-photo.ts';

/** The photos that the gateway remembers from before. */
export interface History {
  readonly state: ReadonlySignal<HistoryState>;
  loadMore(): Promise<void>;
  /**
   * Loads the photos that are new since, and returns them; none if that fails.
   */
  loadNewest(): Promise<readonly StudioPhoto[]>;
  close(): void;
}

export interface HistoryOptions {
  readonly list: PhotoList;
  readonly pictures: Pick<Pictures, 'keep'>;
  /** The photos that this browser stored. */
  readonly storedPhotos: () => Promise<readonly StoredPhoto[]>;
  readonly gateway: Pick<Gateway, 'photos' | 'clock'>;
  readonly reachability: Pick<Reachability, 'connection'>;
  /** The photos as they were shown last. They are shown again while the gateway is unreachable. */
  readonly offlinePhotos: () => readonly StudioPhoto[];
  /** Called with a photo that became ready a moment before. */
  readonly onReady: (key: string) => void;
}

/** Starts to load the newest photos, and retries by itself if the gateway was unreachable. */
export function startHistory(options: HistoryOptions): History {
  const { list, pictures, storedPhotos, gateway, reachability, offlinePhotos, onReady } = options;
  const state = signal<HistoryState>('more');
  let cursor: string | null = null;

  async function load(after: string | null) {
    const { edges, pageInfo } = await gateway.photos(after);
    const kept = new Map((await storedPhotos()).map((photo) => [photo.id, photo]));
    const photos = edges.flatMap(({ node }) => remembered(node, kept.get(node.id)) ?? []);
    list.add(photos);
    for (const { node } of edges) {
      const photo = list.byId(node.id);
      if (node.expiresAt !== null && photo?.deletedAt === null) onReady(photo.key);
    }
    return { photos, pageInfo };
  }

  async function loadMore() {
    if (state.value === 'loading' || state.value === 'complete') return;
    state.value = 'loading';
    try {
      const { pageInfo } = await load(cursor);
      cursor = pageInfo.endCursor;
      state.value = pageInfo.hasNextPage ? 'more' : 'complete';
    } catch {
      state.value = 'failed';
      if (reachability.connection.value === 'reconnecting') await showOffline();
    }
  }

  async function showOffline() {
    const kept = new Map((await storedPhotos()).map((photo) => [photo.id, photo]));
    const missing = offlinePhotos().filter(({ id }) => id !== null && list.byId(id) === null);
    list.add(missing);
    for (const { key, id } of missing) {
      const picture = kept.get(id)?.picture;
      if (picture) list.change(key, { beforeUrl: pictures.keep(key, picture) });
    }
  }

  async function loadNewest() {
    try {
      return (await load(null)).photos;
    } catch {
      return [];
    }
  }

  /** Null if the page already has the photo. */
  function remembered({ originalUrl, ...photo }: RememberedPhoto, kept?: StoredPhoto) {
    const told = fromGateway(photo, gateway.clock);
    const known = list.byId(photo.id);
    if (known) {
      list.change(known.key, told);
      return null;
    }
    const key = kept?.key ?? photo.id;
    return {
      ...told,
      key,
      name: kept?.name ?? photo.name,
      sizeBytes: kept?.picture.size ?? null,
      conversion: null,
      sameAs: null,
      place: kept?.place ?? { at: kept?.sentAt ?? told.uploadedAt ?? 0, index: 0 },
      beforeUrl: kept ? pictures.keep(key, kept.picture) : originalUrl,
    };
  }

  function startOver() {
    if (reachability.connection.value === 'connected' && cursor === null)
      untracked(() => void loadMore());
  }

  return { state, loadMore, loadNewest, close: effect(startOver) };
}
