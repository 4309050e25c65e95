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
      const place = await placeOf(page, String(target[0]), selectors.join());
      // The page has changed meanwhile, so nobody knows where the element was.
      if (place === 'gone') return findingsOn(page, allowed);
      if (place === 'elsewhere') findings.push(`${id}: ${html}`);
    }
  }
  return findings;
}

/** Where the element `target` is: within `selector`, elsewhere, or nowhere any more. */
async function placeOf(page: Page, target: string, selector: string) {
  return page.evaluate(
    ([wanted = '', outer = '']) => {
      const element = document.querySelector(wanted);
      if (element === null) return 'gone';
      return outer !== '' && element.closest(outer) ? 'within' : 'elsewhere';
    },
    [target, selector],
  );
}
