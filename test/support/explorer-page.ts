import type { Browser, Locator, Page } from 'playwright-core';
import { watch, type Watch } from './browser.ts';

/** For `expect.poll`: how long a page may take on a busy machine. */
export const patience = { timeout: 10_000 };

/** The explorer, as a person uses it. */
export interface ExplorerPage extends AsyncDisposable, Watch {
  readonly page: Page;
  /** Where answers are shown. */
  readonly answer: Locator;
  readonly fileInput: Locator;
  openTab(name: string): Promise<void>;
  /** Puts a text in place of what an editor holds. */
  write(editor: 'Operation Editor' | 'Variables' | 'Headers', text: string): Promise<void>;
  run(): Promise<void>;
  /** The answer that is shown, without the spaces and line breaks that the editor gives it. */
  readAnswer(): Promise<string>;
}

/** Opens the explorer in a fresh profile, and resolves when its editors stand and know the schema. */
export async function openExplorer(browser: Browser, url: string): Promise<ExplorerPage> {
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    viewport: { width: 1360, height: 850 },
  });
  // Shorter than the test's own, so that a failure tells which step it was.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const watched = watch(page);
  const introspected = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.goto(url);
  await introspected;
  const answer = page.getByRole('region', { name: 'Result Window' });
  // GraphiQL ignores its play button until the editors have been loaded.
  for (const region of [page.getByRole('region', { name: 'Operation Editor' }), answer]) {
    await region.locator('.view-lines').waitFor({ state: 'attached' });
  }

  async function openTab(name: string) {
    await page.getByRole('tab', { name, exact: true }).click();
    await page
      .getByRole('region', { name: 'Operation Editor' })
      .getByText(new RegExp(`(query|mutation|subscription)\\s${name}\\b`))
      .waitFor();
  }

  async function write(editor: string, text: string) {
    const code = page.getByRole('region', { name: editor }).locator('.view-lines:visible');
    await code.click();
    await page.keyboard.press('ControlOrMeta+A');
    // Typed, the editor would close each bracket and quote a second time.
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await page.keyboard.press('ControlOrMeta+V');
  }

  async function readAnswer() {
    const text = await answer.locator('.view-lines').textContent();
    return (text ?? '').replaceAll(/\s/g, '');
  }

  return {
    ...watched,
    page,
    answer,
    fileInput: page.locator('input[type=file]'),
    openTab,
    write,
    readAnswer,
    run: () => page.getByRole('button', { name: /^Execute query/ }).click(),
    [Symbol.asyncDispose]: () => context.close(),
  };
}
