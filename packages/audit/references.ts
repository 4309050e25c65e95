/** A section of the GraphQL multipart request specification, github.com/jaydenseric/graphql-multipart-request-spec. */
export function multipartSpec(section = 'Multipart form field structure'): string {
  return `GraphQL multipart request specification, "${section}"`;
}

/** A section of the GraphQL over HTTP specification, github.com/graphql/graphql-over-http. */
export function graphqlOverHttp(section: string): string {
  return `GraphQL over HTTP specification, "${section}"`;
}

/** A section of the protocol document of graphql-sse, github.com/enisdenjo/graphql-sse. */
export function graphqlSse(section = 'Distinct connections mode'): string {
  return `GraphQL over Server-Sent Events Protocol, "${section}"`;
}

/** A section of an RFC. */
export function rfc(number: number, section: string): string {
  return `RFC ${number}, section ${section}`;
}

/**
 * Forms, plain text and the fields of forms reach any origin from any page, without a preflight.
 */
export const CROSS_SITE = 'GHSA-2p3c-p3qw-69r4; Fetch standard, "CORS-safelisted request-header"';

/** A name that is looked up along inherited properties leads to what the whole process shares. */
export const PROTOTYPE_POLLUTION = 'CWE-1321, prototype pollution';

/** The cost of a request to a server must be bounded. */
export const EXHAUSTION = 'CWE-770, allocation of resources without limits';
