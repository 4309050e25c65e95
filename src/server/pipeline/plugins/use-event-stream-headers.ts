import type { Plugin } from 'graphql-yoga';

/**
 * Headers that keep server-sent events flowing through proxies: no buffering (nginx heeds
 * `X-Accel-Buffering`), and no compression, which would hold events back until a block is full. No cache keeps
 * them: they tell of one client's photos.
 */
export function useEventStreamHeaders(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return;
      response.headers.set('cache-control', 'private, no-store, no-transform');
      response.headers.set('x-accel-buffering', 'no');
      // Yoga sets `none`, which is not a registered content coding; strict clients reject it.
      response.headers.delete('content-encoding');
    },
  };
}
