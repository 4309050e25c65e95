import { GatewayError } from '../common/errors.ts';
import type { Photo } from '../photos/photo.ts';
import { builder } from './builder.ts';

/**
 * Relay's object identification. Its ids are the photos' own: they are unique, since there is one type of
 * object.
 */
export const Node = builder.interfaceRef<Photo>('Node').implement({
  description: 'An object that can be fetched again by its `id`. A photo is the only kind.',
  resolveType: () => 'Photo',
  fields: (t) => ({ id: t.exposeID('id', { description: 'Identifies the object.' }) }),
});

const MAX_NODES = 100;

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    nullable: true,
    description:
      'The same as `photo`, for clients that fetch any object by its `id`, as Relay does.',
    args: { id: t.arg.id({ required: true, description: 'The `id` of a photo.' }) },
    resolve: (_root, { id }, { photos, principal }) => photos.photo(principal, id),
  }),
);

builder.queryField('nodes', (t) =>
  t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description: 'What `node` returns for each of several `id`s, in their order.',
    args: {
      ids: t.arg.idList({ required: true, description: 'The `id`s of photos, at most 100.' }),
    },
    resolve: (_root, { ids }, { photos, principal }) => {
      if (ids.length > MAX_NODES) throw tooMany();
      return ids.map((id) => photos.photo(principal, id));
    },
  }),
);

function tooMany() {
  return new GatewayError('BAD_USER_INPUT', `ids are at most ${MAX_NODES}.`);
}
