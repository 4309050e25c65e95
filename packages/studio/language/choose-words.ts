import { createEnglish } from './en.ts';
import type { Words } from './words.ts';
import { createChinese } from './zh.ts';

/**
 * The first language of the reader's that the page speaks, else English. All of Chinese is answered in
 * Simplified, which its readers understand better than English.
 *
 * @param languages - BCP 47 tags, most wanted first, as `navigator.languages` has them.
 */
export function chooseWords(languages: readonly string[]): Words {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return createChinese();
    // Whole, since some systems name tags that `Intl` throws at, such as `en-US@posix`.
    if (/^en(?:-[a-z\d]+)*$/i.test(language)) return createEnglish(language);
  }
  return createEnglish('en');
}
