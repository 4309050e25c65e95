import { effect, signal, type Signal } from '@preact/signals';
import * as z from 'zod/mini';
import type { Repair } from './studio-photo.ts';

const ITEM = 'photo-gateway:repair';

const keptRepair = z.object({
  type: z.enum(['SUPER_RESOLUTION', 'REPAIR', 'COLORIZE', 'REPLACE_BACKGROUND']),
  background: z.nullable(z.string().check(z.regex(/^#[\da-f]{6}$/))),
});

export interface KeptRepair {
  readonly repair: Signal<Repair>;
  close(): void;
}

/** The repair that is chosen, which a reload does not forget. */
export function keepRepair(storage: Pick<Storage, 'getItem' | 'setItem'>): KeptRepair {
  const repair = signal<Repair>(read());
  const close = effect(() => storage.setItem(ITEM, JSON.stringify(repair.value)));

  function read(): Repair {
    const first: Repair = { type: 'REPAIR', background: null };
    try {
      const { type, background } = keptRepair.parse(JSON.parse(storage.getItem(ITEM) ?? ''));
      return (type === 'REPLACE_BACKGROUND') === (background !== null)
        ? { type, background }
        : first;
    } catch {
      return first;
    }
  }

  return { repair, close };
}
