import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** A rule that elements within `selector` may violate. */
export interface AllowedFinding {
  readonly rule: string;
  readonly selector: string;
}

/**
 * The findings of axe-core on a page in its current state, by the rules of WCAG 2.2 AA and its own best
 * practices: the violated rule, and the element that violates it.
 */
export async function findingsOn(
  page: Page,
  allowed: readonly AllowedFinding[] = [],
): Promise<readonly string[]> {
  // The other mode opens a page for each run, for frames of other origins. There are none here.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const findings: string[] = [];
  for (const { id, nodes } of violations) {
    const selectors = allowed.filter(({ rule }) => rule === id).map(({ selector }) => selector);
    for (const { html, target } of nodes) {
      const isAllowed =
        selectors.length > 0 && (await isWithin(page, String(target[0]), selectors.join()));
      if (!isAllowed) findings.push(`${id}: ${html}`);
    }
  }
  return findings;
}

async function isWithin(page: Page, target: string, selector: string): Promise<boolean> {
  return page.evaluate(
    ([element = '', outer = '']) => document.querySelector(element)?.closest(outer) != null,
    [target, selector],
  );
}
