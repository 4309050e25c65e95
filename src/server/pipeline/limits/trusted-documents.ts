import { sortExecutableDocument } from '@graphql-tools/documents';
import { print, type DocumentNode } from 'graphql';
import { z } from 'zod';
import { GatewayError } from '../../../common/errors.ts';
import { parseWithinLimits } from './parse-within-limits.ts';

/** The documents that their authors have registered with this gateway. */
export interface TrustedDocuments {
  /** The document with this id, which is the hash that its manifest gives it; null where there is none. */
  textOf(id: string): string | null;
  /** Whether a document is one of them, however it is laid out and whatever the order of its fields. */
  has(document: DocumentNode): boolean;
}

export interface TrustedText {
  readonly id: string;
  readonly text: string;
}

/** @throws Error which names the document that cannot be read, or whose id another one has. */
export function createTrustedDocuments(
  registered: readonly TrustedText[],
  /** Trusted too, though none of them has an id. */
  others: readonly string[] = [],
): TrustedDocuments {
  const texts = new Map<string, string>();
  const contents = new Set(others.map((text) => contentOf(parseWithinLimits(text))));
  for (const { id, text } of registered) {
    if ((texts.get(id) ?? text) !== text) throw new Error(`${id} stands for two documents`);
    texts.set(id, text);
    contents.add(contentOf(parseRegistered(id, text)));
  }
  return {
    textOf: (id) => texts.get(id) ?? texts.get(`${ALGORITHM}${id}`) ?? null,
    has: (document) => contents.has(contentOf(document)),
  };
}

/** Codegen puts it before the hash, where clients that send `sha256Hash` leave it out. */
const ALGORITHM = 'sha256:';

function parseRegistered(id: string, text: string): DocumentNode {
  try {
    return parseWithinLimits(text);
  } catch (cause) {
    throw new Error(`${id}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/**
 * What a document says, without what its author may lay out as they like. The root fields of a mutation
 * keep their order, in which they run.
 */
function contentOf(document: DocumentNode): string {
  return print(sortExecutableDocument(document));
}

const byHash = z
  .record(z.string(), z.string())
  .transform((texts) => Object.entries(texts).map(([id, text]) => ({ id, text })));

const apolloManifest = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string(), body: z.string() })),
  })
  .transform(({ operations }) => operations.map(({ id, body }) => ({ id, text: body })));

/**
 * The JSON of a manifest: texts by their hashes, as GraphQL Code Generator and Relay write them, or a
 * manifest of Apollo's.
 */
export const trustedManifest = z.union(
  [apolloManifest, byHash],
  'is no manifest of trusted documents',
);

/** The document is none of those that are registered, and no other may run. */
export function untrusted() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'Only registered documents run here: register this one with TRUSTED_DOCUMENTS_FILE.',
  );
}

/** The request names a document that is not registered. */
export function unregistered() {
  return new GatewayError('BAD_USER_INPUT', 'No document is registered here under this id.');
}

/** The request neither holds a document nor names one. */
export function noDocument() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'Send a query, or the id of a registered document in extensions.persistedQuery.sha256Hash.',
  );
}
