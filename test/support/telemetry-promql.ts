import { parser } from '@prometheus-io/lezer-promql';

/** A metric in a PromQL expression, with the label names by which the expression selects it. */
export interface Selector {
  readonly name: string;
  readonly labels: readonly string[];
}

/** The metrics that an expression selects. @throws Error if it is not PromQL. */
export function selectorsOf(expression: string): readonly Selector[] {
  const selectors: Selector[] = [];
  const text = (node: { readonly from: number; readonly to: number }) =>
    expression.slice(node.from, node.to);
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`No PromQL at ${node.from}: ${expression}`);
      if (node.name !== 'VectorSelector') return;
      const name = node.node.getChild('Identifier');
      if (!name) throw new Error(`A selector without a name: ${expression}`);
      const matchers = node.node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher');
      const labels = (matchers ?? []).flatMap((matcher) => matcher.getChildren('LabelName'));
      selectors.push({ name: text(name), labels: labels.map(text) });
    },
  });
  return selectors;
}

/** The labels by which an expression groups. */
export function groupingsOf(expression: string): readonly string[] {
  const labels: string[] = [];
  parser.parse(expression).iterate({
    enter(node) {
      if (node.name !== 'GroupingLabels') return;
      for (const { from, to } of node.node.getChildren('LabelName')) {
        labels.push(expression.slice(from, to));
      }
    },
  });
  return labels;
}
