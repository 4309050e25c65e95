import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import { graphqlSync, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { builder } from './builder.ts';
import { Photo } from './photo.ts';
import { checkRepresentations, MAX_REPRESENTATIONS } from './representations.ts';
import { sortDefinitions } from './sort-definitions.ts';
// Built before the plugins are added, which would change it.
import './schema.ts';

/** The library gives these types no descriptions. */
const DESCRIPTIONS = new Map([
  ['_Any', 'What identifies an object: its `__typename`, and the fields of its key.'],
  ['_Entity', 'An object that other subgraphs refer to.'],
  ['_Service', 'A subgraph.'],
]);

const serviceData = z
  .object({ _service: z.object({ sdl: z.string() }) })
  .transform(({ _service: service }) => service.sdl);

/**
 * The schema of a gateway that is a subgraph of Apollo Federation: the plain schema, with `_service` and
 * `_entities`. It is loaded only where it is used: its libraries take time and memory.
 */
export const subgraphSchema: GraphQLSchema = createSubgraphSchema();

/** The schema that composition needs, with the directives of Apollo Federation. */
export const subgraphSdl: string = sdlOf(subgraphSchema);

function sdlOf(schema: GraphQLSchema): string {
  const { data } = graphqlSync({ schema, source: '{ _service { sdl } }' });
  return serviceData.parse(data);
}

function createSubgraphSchema(): GraphQLSchema {
  // Without the plugin of directives, that of federation leaves out its own.
  builder.options.plugins = [
    ...(builder.options.plugins ?? []),
    DirectivesPlugin,
    FederationPlugin,
  ];
  builder.asEntity(Photo, {
    key: builder.selection<{ id: string }>('id'),
    async resolveReference({ id }, { photos, principal }) {
      const photo = await photos.photo(principal, id);
      // A copy, because the library notes the type in the object that it gets.
      return photo && { ...photo };
    },
  });
  const schema = builder.toSubGraphSchema({
    linkUrl: 'https://specs.apollo.dev/federation/v2.5',
    federationDirectives: ['@key', '@shareable'],
  });
  describeTypes(schema);
  describeFields(schema);
  return schema;
}

function describeTypes(schema: GraphQLSchema) {
  for (const [name, description] of DESCRIPTIONS) {
    const type = schema.getType(name);
    if (type !== undefined) type.description = description;
  }
}

function describeFields(schema: GraphQLSchema) {
  const { _service: service, _entities: entities } = schema.getQueryType()?.getFields() ?? {};
  const { resolve } = entities ?? {};
  if (service === undefined || entities === undefined || resolve === undefined) {
    throw new Error('The library of Apollo Federation has made another schema than expected');
  }
  service.description = 'The schema of this gateway as a subgraph, for composition.';
  const sdl = sortDefinitions(sdlOf(schema));
  service.resolve = () => ({ sdl });
  entities.description = 'What `photo` returns for each representation. Routers ask for it.';
  for (const argument of entities.args) {
    argument.description = `What identifies the photos, at most ${MAX_REPRESENTATIONS}.`;
  }
  // The library takes any type for an entity, and fails in ways that look like our own mistakes.
  entities.resolve = (source, args: Readonly<Record<string, unknown>>, context, info) => {
    checkRepresentations(args['representations']);
    return resolve(source, args, context, info);
  };
}
