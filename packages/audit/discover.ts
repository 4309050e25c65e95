import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { z } from 'zod';
import type { Client } from './client.ts';
import {
  findSubscription,
  givenSubscription,
  type SubscriptionTarget,
} from './find-subscription.ts';
import { findUploads, type FoundUpload, type UploadFilter } from './find-uploads.ts';
import { NoAudit } from './no-audit.ts';
import { describe } from './reply.ts';
import { jsonRequest } from './requests.ts';
import { createUploadTarget } from './upload-target.ts';

/** The parts of a server that can be audited. */
export interface Discovery {
  /** Most cases use the first one. */
  readonly uploads: readonly [FoundUpload, ...FoundUpload[]];
  readonly subscription: SubscriptionTarget | null;
}

/** What the user has said about the server. */
export interface DiscoverOptions extends UploadFilter {
  readonly subscription?: string | undefined;
}

/**
 * Finds by introspection which mutation accepts a file and what can be subscribed to. If the server
 * hides its schema, it relies on what the user says.
 * @throws NoAudit if nothing accepts a file
 */
export async function discover(client: Client, options: DiscoverOptions): Promise<Discovery> {
  const schema = await introspect(client);
  const found = schema ? findUploads(schema, options) : await takeGiven(client, options);
  const [first, ...others] = found;
  if (!first) {
    throw new NoAudit(
      'No mutation accepts a file: name it with --mutation, --file-argument and --scalar.',
    );
  }
  const { subscription } = options;
  const listened = schema ? findSubscription(schema) : null;
  return {
    uploads: [first, ...others],
    subscription: subscription === undefined ? listened : givenSubscription(subscription),
  };
}

/** The required minimum. `buildClientSchema` checks the rest itself. */
const introspection = z.custom<IntrospectionQuery>(
  (value) =>
    z.object({ __schema: z.object({ types: z.array(z.object()) }) }).safeParse(value).success,
);

/** The schema; null if the server hides it. */
async function introspect(client: Client): Promise<GraphQLSchema | null> {
  const reply = await client.send(jsonRequest({ query: getIntrospectionQuery() }));
  if (reply.kind !== 'answer') throw new NoAudit(`The server does not answer: ${describe(reply)}.`);
  const parsed = introspection.safeParse(reply.result?.data);
  if (!parsed.success) return null;
  try {
    return buildClientSchema(parsed.data);
  } catch (cause) {
    throw new NoAudit(`The server's schema is invalid: ${String(cause)}`, { cause });
  }
}

/** The mutation that the user named, called as the user says. */
async function takeGiven(client: Client, options: DiscoverOptions): Promise<FoundUpload[]> {
  const { mutation, fileArgument, scalar = 'Upload' } = options;
  if (mutation === undefined || fileArgument === undefined) {
    throw new NoAudit(
      'The server does not show its schema: name the mutation with --mutation, --file-argument and what else it needs.',
    );
  }
  const reply = await client.send(jsonRequest({ query: 'mutation { __typename }' }));
  const name = reply.kind === 'answer' ? reply.result?.data?.['__typename'] : null;
  if (typeof name !== 'string') {
    throw new NoAudit(`The server does not answer mutation { __typename }: ${describe(reply)}.`);
  }
  const target = createUploadTarget({
    mutationType: name,
    field: mutation,
    argument: fileArgument,
    variableType: `${scalar.replace(/!$/, '')}!`,
    value: null,
    paths: [''],
    otherArguments: options.arguments ?? '',
    selection: options.selection ?? '',
  });
  return [{ shape: 'single', target }];
}
