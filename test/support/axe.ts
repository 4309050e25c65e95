import type { AxeBuilder } from '@axe-core/playwright';

/**
 * The findings of axe-core on a page in its current state: the violated rule, and the element that
 * violates it.
 */
export async function findingsOf(axe: AxeBuilder): Promise<readonly string[]> {
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
