import type { AnswerByYoga, YogaOptions } from './create-endpoint.ts';

/**
 * Yoga, which is loaded with the first request for it: it has as many modules as all the rest, and a gateway that
 * starts answers plain JSON without it.
 */
export function loadYoga(options: YogaOptions): AnswerByYoga {
  let loading: Promise<AnswerByYoga> | null = null;

  async function load() {
    const { createAnswerByYoga } = await importYoga();
    return createAnswerByYoga(options);
  }

  return async (...request) => {
    const answer = await (loading ??= load());
    return answer(...request);
  };
}

/** Loads Yoga before there is a request for it. */
export async function importYoga() {
  return import('./create-endpoint.ts');
}
