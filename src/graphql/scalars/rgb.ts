import { Kind } from 'graphql';
import { GatewayError } from '../../common/errors.ts';
import { builder } from '../builder.ts';
import { toGraphQLError } from '../errors.ts';

builder.scalarType('RGB', {
  description:
    "A colour: `#rrggbb`, or the provider's `r,g,b` with each part 0-255. Always returned as `#rrggbb`.",
  parseValue: parseColour,
  parseLiteral: (node) => parseColour(node.kind === Kind.STRING ? node.value : undefined),
  serialize: (colour) => colour,
});

/**
 * Parses a colour into `#rrggbb` in lower case.
 * @throws GraphQLError with the code `BAD_USER_INPUT`.
 */
function parseColour(value: unknown): string {
  const colour = typeof value === 'string' ? (parseHex(value) ?? parseDecimals(value)) : null;
  if (colour !== null) return colour;
  throw toGraphQLError(
    new GatewayError(
      'BAD_USER_INPUT',
      'A colour is "#rrggbb", or "r,g,b" with each part from 0 to 255, such as "#ffffff" or "255,255,255".',
    ),
  );
}

function parseHex(text: string): string | null {
  return /^#[\da-f]{6}$/i.test(text) ? text.toLowerCase() : null;
}

function parseDecimals(text: string): string | null {
  const parts = /^(\d{1,3}), ?(\d{1,3}), ?(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return null;
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
