/** A GraphQL request: a document and its variables. */
export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A mutation that accepts a file, ready to be sent. */
export interface UploadTarget {
  readonly field: string;
  /** The name of the schema's mutation type. */
  readonly mutationType: string;
  /** The paths of its files, such as `variables.file`. */
  readonly paths: readonly string[];
  /** Runs the mutation. */
  readonly upload: Operation;
  /**
   * The same with the field skipped: the server reads the form, puts the file where the map says,
   * checks it as a variable, and has nothing to do but to answer `__typename`. So it costs nothing.
   */
  readonly dry: Operation;
  /** The dry operation with one file in two variables, each used once. */
  readonly twice: Operation;
}

/** How to call a mutation. */
export interface UploadField {
  readonly mutationType: string;
  readonly field: string;
  readonly argument: string;
  /** The type of a variable for the argument. */
  readonly variableType: string;
  /** The variable's value, with null for each file. */
  readonly value: unknown;
  /**
   * The paths of its files within the variable, such as `.input.file`; empty for the variable
   * itself.
   */
  readonly paths: readonly string[];
  /** The other arguments, as text; empty if there are none. */
  readonly otherArguments: string;
  /** The selection of the result, in braces; empty for a scalar. */
  readonly selection: string;
}

/** The variable of the file in every operation. */
const VARIABLE = 'file';

/** The operations for a mutation that accepts a file. */
export function createUploadTarget(upload: UploadField): UploadTarget {
  const { mutationType, field, variableType, value, selection } = upload;

  function call(variable: string, directive = '') {
    const others = upload.otherArguments === '' ? '' : `, ${upload.otherArguments}`;
    return `${field}(${upload.argument}: $${variable}${others}) ${directive} ${selection}`;
  }

  const skipped = '@skip(if: true)';
  const declaration = `$${VARIABLE}: ${variableType}`;
  const variables = { [VARIABLE]: value };
  return {
    field,
    mutationType,
    paths: upload.paths.map((path) => `variables.${VARIABLE}${path}`),
    upload: { query: `mutation Audit(${declaration}) { ${call(VARIABLE)} }`, variables },
    dry: {
      query: `mutation Audit(${declaration}) { ${call(VARIABLE, skipped)} __typename }`,
      variables,
    },
    twice: {
      query: `mutation Audit(${declaration}, $other: ${variableType}) {
        first: ${call(VARIABLE, skipped)} second: ${call('other', skipped)} __typename
      }`,
      variables: { ...variables, other: value },
    },
  };
}
