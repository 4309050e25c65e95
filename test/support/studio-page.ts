import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { watch, type Watch } from './browser.ts';
import { openPage, pageTimeout, type PageOptions } from './page-pool.ts';

export { pageTimeout };

export interface StudioFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The studio, as a user operates it. */
export interface StudioPage extends AsyncDisposable, Watch {
  readonly page: Page;
  /** Drops files onto the page. */
  drop(...files: readonly StudioFile[]): Promise<void>;
  /** Presses the button that uploads. */
  restore(): Promise<void>;
  /**
   * Drops a photo of this name and restores it, and resolves with its card once it can be compared.
   */
  restorePhoto(name: string): Promise<Locator>;
  readonly restoreButton: Locator;
  /** The picked photos. */
  readonly tray: Locator;
  /** The card of a photo that was sent. */
  card(name: string): Locator;
  /** The uploads left, as the header shows them. */
  readonly quota: Locator;
}

/** A photo of `test/fixtures`. Under another name it is another file, with other bytes at its end. */
export async function photoFile(fixture: string, name = fixture): Promise<StudioFile> {
  const bytes = await readFile(new URL(`../fixtures/${fixture}`, import.meta.url));
  return copyNamed(name, { name: fixture, type: 'image/jpeg', bytes });
}

/** The same picture in another file: the studio does not send the same file twice. */
export function copyNamed(name: string, file: StudioFile): StudioFile {
  if (name === file.name) return file;
  return { ...file, name, bytes: Buffer.concat([file.bytes, Buffer.from(name)]) };
}

/** Opens the studio in an empty profile, and resolves when it knows what is left to spend. */
export async function openStudio(url: string, options: PageOptions = {}): Promise<StudioPage> {
  const opened = await openPage({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    ...options,
  });
  const { page } = opened;
  // Shorter than the test's own timeout, so that a failure names the step.
  page.setDefaultTimeout(pageTimeout.timeout);
  const watched = watch(page);
  await page.goto(url);
  const quota = page.locator('header p').filter({ hasText: /uploads?|额度|次|needed/ });
  await quota.waitFor();
  const restoreButton = page.locator('.button-send');

  async function drop(...files: readonly StudioFile[]) {
    const sent = files.map(({ name, type, bytes }) => {
      return { name, type, base64: Buffer.from(bytes).toString('base64') };
    });
    const dataTransfer = await page.evaluateHandle((given) => {
      const transfer = new DataTransfer();
      for (const { name, type, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
        transfer.items.add(new File([bytes], name, { type }));
      }
      return transfer;
    }, sent);
    for (const event of ['dragenter', 'dragover', 'drop']) {
      await page.dispatchEvent('main', event, { dataTransfer });
    }
  }

  const restore = () => restoreButton.click();
  const card = (name: string) => page.getByRole('article', { name, exact: true });

  async function restorePhoto(name: string) {
    await drop(await photoFile('landscape-small.jpg', name));
    await restore();
    await card(name).getByRole('slider').waitFor();
    return card(name);
  }

  return {
    ...watched,
    page,
    drop,
    restore,
    restorePhoto,
    restoreButton,
    tray: page.getByRole('list', { name: 'Photos to restore' }),
    card,
    quota,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
