import { createEnglish } from './en.ts';
import type { Words } from './words.ts';
import { createChinese } from './zh.ts';

/**
 * The first of the reader's languages that the page supports, else English. Every kind of Chinese
 * gets Simplified Chinese, which its readers understand better than English.
 *
 * @param languages - BCP 47 tags, most preferred first, as in `navigator.languages`.
 */
export function chooseWords(languages: readonly string[]): Words {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return createChinese();
    // Matches the whole tag, since some systems have tags for which `Intl` throws, such as
    // `en-US@posix`.
    if (/^en(?:-[a-z\d]+)*$/i.test(language)) return createEnglish(language);
  }
  return createEnglish('en');
}
