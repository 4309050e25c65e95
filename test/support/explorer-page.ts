import type { Locator, Page } from 'playwright-core';
import { watch, type Watch } from './browser.ts';
import { openPage, pageTimeout, type PageOptions } from './page-pool.ts';

export { pageTimeout };

/** The explorer, as a user operates it. */
export interface ExplorerPage extends AsyncDisposable, Watch {
  readonly page: Page;
  /** The element that shows results. */
  readonly answer: Locator;
  readonly fileInput: Locator;
  /** The element in the strip that shows the uploads left. */
  readonly quota: Locator;
  openTab(name: string): Promise<void>;
  /** Replaces the text of an editor. */
  write(editor: 'Operation Editor' | 'Variables' | 'Headers', text: string): Promise<void>;
  /** Writes headers into their editor, which comes to the front. */
  writeHeaders(headers: object): Promise<void>;
  run(): Promise<void>;
  /** Follows a next step of the result. */
  follow(step: string): Promise<void>;
  /** The result that is shown, without the spaces and line breaks that the editor adds. */
  readAnswer(): Promise<string>;
  /** The strip's text about the uploads left. */
  readQuota(): Promise<string>;
  /** Opens the page once more in the same profile, and resolves as `openExplorer` does. */
  reload(): Promise<void>;
}

/**
 * Opens the explorer in an empty profile, and resolves when its editors exist and know the schema.
 */
export async function openExplorer(url: string, options: PageOptions = {}): Promise<ExplorerPage> {
  const opened = await openPage({
    permissions: ['clipboard-read', 'clipboard-write'],
    viewport: { width: 1360, height: 850 },
    ...options,
  });
  const { page } = opened;
  // Shorter than the test's own timeout, so that a failure names the step.
  page.setDefaultTimeout(pageTimeout.timeout);
  const watched = watch(page);
  const answer = page.getByRole('region', { name: 'Result Window' });
  const quota = page.getByRole('region', { name: 'Quota' });

  async function load(open: () => Promise<unknown>) {
    const introspected = page.waitForResponse((response) =>
      /IntrospectionQuery/.test(response.request().postData() ?? ''),
    );
    await open();
    await introspected;
    // GraphiQL ignores its play button until the editors have been loaded.
    for (const region of [page.getByRole('region', { name: 'Operation Editor' }), answer]) {
      await region.locator('.view-lines').waitFor({ state: 'attached' });
    }
  }

  async function openTab(name: string) {
    const opener = page.getByRole('tab', { name, exact: true });
    await opener.press('Enter');
    await page
      .getByRole('region', { name: 'Operation Editor' })
      .getByText(new RegExp(`(query|mutation|subscription)\\s${name}\\b`))
      .waitFor();
  }

  async function write(editor: string, text: string) {
    const code = page.getByRole('region', { name: editor }).locator('.view-lines:visible');
    await code.click();
    await page.keyboard.press('ControlOrMeta+A');
    // If the text was typed, the editor would close each bracket and quote a second time.
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await page.keyboard.press('ControlOrMeta+V');
  }

  async function writeHeaders(headers: object) {
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await write('Headers', JSON.stringify(headers));
  }

  async function readAnswer() {
    const text = await answer.locator('.view-lines').textContent();
    return (text ?? '').replaceAll(/\s/g, '');
  }

  await load(() => page.goto(url));
  return {
    ...watched,
    page,
    answer,
    fileInput: page.locator('input[type=file]'),
    quota,
    openTab,
    write,
    writeHeaders,
    readAnswer,
    readQuota: () => quota.getByRole('status').innerText(),
    run: () => page.getByRole('button', { name: /^Execute query/ }).click(),
    follow: (step) => page.getByRole('button', { name: step }).click(),
    reload: () => load(() => page.reload()),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
