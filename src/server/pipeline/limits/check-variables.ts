import { GatewayError } from '../../../common/errors.ts';
import { toGraphQLError } from '../../../graphql/errors.ts';

/** Ten times the longest list that any argument accepts. No input of the schema is deeper than two levels. */
const MAX_VALUES = 1000;
const MAX_LEVELS = 10;

/** The status that GraphQL over HTTP gives a malformed request. */
const MALFORMED = { status: 400 };

/**
 * Counts the values in the variables of a request before GraphQL coerces them: coercing costs a hundred times
 * as much as sending. Counting stops as soon as a limit is passed.
 * @throws GraphQLError `BAD_USER_INPUT`
 */
export function checkVariables(variables: unknown, isHttp: boolean): void {
  let values = 0;

  function refuse(what: string, most: number): never {
    const message = `The variables hold more than ${most} ${what}; at most ${most} are allowed.`;
    const error = toGraphQLError(new GatewayError('BAD_USER_INPUT', message));
    if (isHttp) error.extensions['http'] = MALFORMED;
    throw error;
  }

  function count(value: unknown, level: number) {
    values += 1;
    if (values > MAX_VALUES) refuse('values', MAX_VALUES);
    if (!isContainer(value)) return;
    if (level > MAX_LEVELS) refuse('levels', MAX_LEVELS);
    for (const key in value) count(Reflect.get(value, key), level + 1);
  }

  for (const key in isContainer(variables) ? variables : {}) {
    count(Reflect.get(Object(variables), key), 1);
  }
}

/** A list or an object of JSON. A file that an upload has put among the variables is neither. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
