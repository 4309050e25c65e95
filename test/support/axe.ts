import type { AxeBuilder } from '@axe-core/playwright';

/** What axe-core finds on a page as it stands: the rule that is broken, and the element that breaks it. */
export async function findingsOf(axe: AxeBuilder): Promise<readonly string[]> {
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
