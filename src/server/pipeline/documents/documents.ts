import { GraphQLError, type GraphQLSchema } from 'graphql';
import { toGraphQLError } from '../../../graphql/errors.ts';
import { withExtensions } from '../copy-error.ts';
import { analyseDocument, type AnalysedDocument } from './analyse-document.ts';
import { createDocumentCache } from './document-cache.ts';
import { parseWithinLimits } from './parse-within-limits.ts';
import { noIntrospectionRule, withoutSuggestion } from './rules/no-introspection.ts';
import { singleUploadRule } from './rules/single-upload.ts';
import { untrusted, type TrustedDocuments } from './trusted-documents.ts';

/** The documents that clients send. */
export interface Documents {
  /**
   * The document with this text. It may be invalid: its errors are in it.
   * @throws GraphQLError if the text cannot be parsed within the limits, or is not trusted where only trusted
   * documents run.
   */
  of(text: string): AnalysedDocument;
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  /** Null if there are none. */
  readonly trusted: TrustedDocuments | null;
  /** Whether any other document is rejected. */
  readonly trustedOnly: boolean;
  /** Whether clients may introspect the schema. */
  readonly introspection: boolean;
}

/** Parses, validates and analyses each document once, and keeps what was found with it. */
export function createDocuments(options: DocumentsOptions): Documents {
  const { schema, trusted, trustedOnly, introspection } = options;
  const cache = createDocumentCache();
  const rules = introspection ? [singleUploadRule] : [noIntrospectionRule, singleUploadRule];

  function present(error: GraphQLError): GraphQLError {
    const shown = introspection ? error : withoutSuggestion(error);
    return withExtensions(shown, { code: 'GRAPHQL_VALIDATION_FAILED', ...shown.extensions });
  }

  function analyse(text: string): AnalysedDocument {
    const document = parse(text);
    if (trustedOnly && trusted?.has(document) !== true) throw toGraphQLError(untrusted());
    const analysed = analyseDocument(schema, document, rules);
    return { ...analysed, errors: analysed.errors.map(present) };
  }

  return {
    of(text) {
      const known = cache.get(text);
      if (known) return known;
      const document = analyse(text);
      cache.set(text, document);
      return document;
    },
  };
}

function parse(text: string) {
  try {
    return parseWithinLimits(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw withExtensions(error, { code: 'GRAPHQL_PARSE_FAILED', ...error.extensions });
  }
}
