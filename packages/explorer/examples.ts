export interface Example {
  readonly name: string;
  readonly query: string;
  /** The initial content of the variables editor, as JSON. */
  readonly variables: string | null;
}

const documents = import.meta.glob<string>('../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The order in which a newcomer meets the examples, and the initial variables of each. */
const firstSteps: Readonly<Record<string, object | null>> = {
  UploadPhoto: { file: null, repairType: 'REPAIR' },
  PhotoReady: { id: '' },
  DownloadUrl: { id: '' },
  Quota: null,
  UploadLimits: null,
  PhotoStatus: { id: '' },
  PhotosReady: { ids: [] },
  Photo: { id: '' },
  Photos: { first: 20 },
  DeletePhoto: { id: '' },
};

/**
 * The operations of `schema/operations`, one tab each. An operation that `firstSteps` lacks comes
 * last.
 */
export const examples: readonly Example[] = Object.values(documents)
  .map(exampleOf)
  .toSorted((left, right) => rankOf(left) - rankOf(right));

function exampleOf(query: string): Example {
  const name = /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? '';
  const variables = firstSteps[name] ?? null;
  return {
    name,
    query: query.trimEnd(),
    variables: variables && JSON.stringify(variables, null, 2),
  };
}

function rankOf({ name }: Example): number {
  const rank = Object.keys(firstSteps).indexOf(name);
  return rank === -1 ? Infinity : rank;
}
