import type { GraphQLFieldConfig, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { Tracing } from '../../telemetry/tracing.ts';

type FieldConfig = GraphQLFieldConfig<unknown, unknown>;
type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * The schema with a span around each root field. It is a copy, because all gateways of a process share one
 * schema. Without tracing it is the schema itself.
 */
export async function traceRootFields(
  schema: GraphQLSchema,
  tracing: Tracing,
): Promise<GraphQLSchema> {
  if (!tracing.enabled) return schema;
  // Hundreds of modules, so only gateways that trace load them.
  const { MapperKind, mapSchema } = await import('@graphql-tools/utils');

  function traced(name: string, resolver: Resolver): Resolver {
    return (source, args, context, info) =>
      tracing.span(name, {}, async () => resolver(source, args, context, info));
  }

  function traceField(config: FieldConfig, field: string, type: string): FieldConfig {
    const { resolve, subscribe } = config;
    const name = `${type}.${field}`;
    // Events of a subscription resolve immediately; only subscribing takes time.
    if (subscribe) return { ...config, subscribe: traced(name, subscribe) };
    return resolve ? { ...config, resolve: traced(name, resolve) } : config;
  }

  return mapSchema(schema, { [MapperKind.ROOT_FIELD]: traceField });
}
