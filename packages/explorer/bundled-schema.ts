import { buildSchema, introspectionFromSchema, type IntrospectionQuery } from 'graphql';
import sdl from '../../schema/schema.graphql?raw';

/** The result of introspecting the schema that this page was built with. */
export function introspectBundledSchema(): IntrospectionQuery {
  return introspectionFromSchema(buildSchema(sdl, { assumeValid: true }));
}
