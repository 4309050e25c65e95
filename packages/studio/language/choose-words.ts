import { createEnglish } from './en.ts';
import type { Words } from './words.ts';

/** The region or script of a tag that is written in Traditional Chinese. */
const TRADITIONAL = /^zh-(?:hant|tw|hk|mo)\b/i;

/**
 * The words of the first of the reader's languages that the page has, else English. The others than
 * English are loaded when needed.
 *
 * @param languages - BCP 47 tags, most preferred first, as in `navigator.languages`.
 */
export async function chooseWords(languages: readonly string[]): Promise<Words> {
  for (const language of languages) {
    if (TRADITIONAL.test(language)) {
      return (await import('./zh-hant.ts')).createTraditionalChinese(language);
    }
    if (/^zh\b/i.test(language)) return (await import('./zh.ts')).createChinese();
    // Matches the whole tag, since some systems have tags for which `Intl` throws, such as
    // `en-US@posix`.
    if (/^en(?:-[a-z\d]+)*$/i.test(language)) return createEnglish(language);
  }
  return createEnglish('en');
}
