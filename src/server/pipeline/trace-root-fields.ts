import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { GraphQLFieldConfig, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { Tracing } from '../../telemetry/tracing.ts';

type FieldConfig = GraphQLFieldConfig<unknown, unknown>;
type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * The same schema, whose root fields each run as a span of their own. A copy, since the schema is one for all
 * gateways of a process; and where nothing is traced the schema itself.
 */
export function traceRootFields(schema: GraphQLSchema, tracing: Tracing): GraphQLSchema {
  if (!tracing.enabled) return schema;

  function traced(name: string, resolver: Resolver): Resolver {
    return (source, args, context, info) =>
      tracing.span(name, {}, async () => resolver(source, args, context, info));
  }

  function traceField(config: FieldConfig, field: string, type: string): FieldConfig {
    const { resolve, subscribe } = config;
    const name = `${type}.${field}`;
    // Each event of a subscription is resolved at once: what takes its time is to subscribe.
    if (subscribe) return { ...config, subscribe: traced(name, subscribe) };
    return resolve ? { ...config, resolve: traced(name, resolve) } : config;
  }

  return mapSchema(schema, { [MapperKind.ROOT_FIELD]: traceField });
}
