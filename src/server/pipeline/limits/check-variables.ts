import { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';

/** Ten times the longest list that any argument accepts. No input of the schema is deeper than two levels. */
const MAX_VALUES = 1000;
const MAX_LEVELS = 10;

/**
 * Counts the values in the variables of a request before GraphQL coerces them: coercing costs a hundred times
 * as much as sending. Counting stops as soon as a limit is passed.
 * @throws GraphQLError `BAD_USER_INPUT`
 */
export function checkVariables(variables: unknown): void {
  if (!isContainer(variables)) return;
  let values = 0;

  function count(container: object, level: number) {
    for (const key in container) {
      values += 1;
      if (values > MAX_VALUES) throw tooMany('values', MAX_VALUES);
      const value: unknown = Reflect.get(container, key);
      if (!isContainer(value)) continue;
      if (level > MAX_LEVELS) throw tooMany('levels', MAX_LEVELS);
      count(value, level + 1);
    }
  }

  count(variables, 1);
}

function tooMany(what: string, most: number) {
  const message = `The variables hold more than ${most} ${what}; at most ${most} are allowed.`;
  return toGraphQLError(new GatewayError('BAD_USER_INPUT', message));
}

/** A list or an object of JSON. A file that an upload has put among the variables is neither. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
