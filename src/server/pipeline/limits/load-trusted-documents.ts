import { readFile } from 'node:fs/promises';
import { getIntrospectionQuery } from 'graphql';
import {
  createTrustedDocuments,
  trustedManifest,
  type TrustedDocuments,
  type TrustedText,
} from './trusted-documents.ts';

export interface TrustedFiles {
  /** The manifests. */
  readonly files: readonly string[];
  /** Whether the question that GraphiQL asks is trusted as well, which stands in no manifest. */
  readonly introspection: boolean;
}

/**
 * Reads the manifests of trusted documents; null where there is none.
 * @throws Error in one line that names the file and what is wrong with it.
 */
export async function loadTrustedDocuments({
  files,
  introspection,
}: TrustedFiles): Promise<TrustedDocuments | null> {
  if (files.length === 0) return null;
  const manifests = await Promise.all(files.map(readManifest));
  return createTrustedDocuments(manifests.flat(), introspection ? introspectionQueries() : []);
}

async function readManifest(file: string): Promise<readonly TrustedText[]> {
  const manifest = trustedManifest.safeParse(parseJson(file, await read(file)));
  if (manifest.success) return manifest.data;
  throw new Error(`${file} ${manifest.error.issues[0]?.message ?? ''}`);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is no JSON`, { cause });
  }
}

/** GraphiQL asks one of these, as it was set up. */
function introspectionQueries(): readonly string[] {
  return [true, false].flatMap((schemaDescription) =>
    [true, false].map((inputValueDeprecation) =>
      getIntrospectionQuery({ schemaDescription, inputValueDeprecation }),
    ),
  );
}
