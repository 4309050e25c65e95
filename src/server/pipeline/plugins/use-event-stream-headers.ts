import type { Plugin } from 'graphql-yoga';

/**
 * Sets headers that keep server-sent events flowing through proxies. Buffering is off (nginx reads
 * `X-Accel-Buffering`), and so is compression, which would hold events back until a block is full.
 */
export function useEventStreamHeaders(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return;
      response.headers.set('cache-control', 'no-cache, no-transform');
      response.headers.set('x-accel-buffering', 'no');
      // Yoga sets `none`, which is not a registered content coding; strict clients reject it.
      response.headers.delete('content-encoding');
    },
  };
}
