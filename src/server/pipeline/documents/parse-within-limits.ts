import { GraphQLError, Kind, parse, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import { createMeasure } from '../limits/measure-operation.ts';
import { checkLimit, limitOf, overLimit } from '../limits/operation-limits.ts';

/**
 * Parses a document and measures it before any other work. A limit among the validation rules would come too
 * late: validation compares every field with every other.
 * @throws GraphQLError for a syntax error, and `BAD_USER_INPUT` if a limit is passed.
 */
export function parseWithinLimits(text: string): DocumentNode {
  const document = parseTokens(text);
  const measure = createMeasure(fragmentsOf(document));
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, fields, rootFields, aliases, directives } = measure(definition);
    checkLimit('depth', depth, definition);
    checkLimit('rootFields', rootFields, definition);
    checkLimit('aliases', aliases, definition);
    checkLimit('directives', directives, definition);
    checkLimit('fields', fields, definition);
  }
  return document;
}

/** The fragments of a document by name. Validation rejects two with the same name. */
export function fragmentsOf({
  definitions,
}: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

function parseTokens(text: string): DocumentNode {
  const maxTokens = limitOf('tokens');
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    throw isTooManyTokens(error) ? overLimit('tokens', `more than ${maxTokens}`) : error;
  }
}

/** Only its text tells this error of the parser from a syntax error. */
function isTooManyTokens(error: unknown): boolean {
  return (
    error instanceof GraphQLError &&
    /^Syntax Error: Document contains more \w+ \d+ tokens/.test(error.message)
  );
}
