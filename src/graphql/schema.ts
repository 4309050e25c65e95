import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './scalars/date-time.ts';
import './scalars/rgb.ts';
import './scalars/upload.ts';
import './scalars/url.ts';
import './delete-photo.ts';
import './download-url.ts';
import './event-source-ticket.ts';
import './node.ts';
import './photo-queries.ts';
import './photo-ready.ts';
import './upload-limits.ts';
import './upload-photo.ts';
import './quota.ts';

builder.queryType({ description: 'Queries. None of them costs an upload.' });
builder.mutationType({ description: 'Changes. Only `uploadPhoto` costs something.' });
builder.subscriptionType({
  description: 'Events that the gateway pushes, so that clients need not poll.',
});

/** The gateway's whole schema, as `schema/schema.graphql` prints it. */
export const schema: GraphQLSchema = builder.toSchema();
