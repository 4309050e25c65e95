import { GraphQLDateTime } from 'graphql-scalars';
import { builder } from '../builder.ts';

builder.addScalarType('DateTime', GraphQLDateTime, {
  description: 'A point in time in UTC, as RFC 3339 writes it: `2026-01-31T12:34:56.789Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
});
