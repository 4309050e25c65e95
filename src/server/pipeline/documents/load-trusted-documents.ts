import { readFile } from 'node:fs/promises';
import { getIntrospectionQuery } from 'graphql';
import {
  createTrustedDocuments,
  trustedManifest,
  type TrustedDocuments,
  type TrustedText,
} from './trusted-documents.ts';

export interface TrustedFiles {
  /** The paths of the manifests. */
  readonly files: readonly string[];
  /** Whether GraphiQL's introspection query is trusted too. No manifest contains it. */
  readonly introspection: boolean;
}

/**
 * Reads the manifests of trusted documents. Null if there are none.
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
    throw new Error(`${file} is not JSON`, { cause });
  }
}

/** The introspection queries of GraphiQL; its configuration decides which one it sends. */
function introspectionQueries(): readonly string[] {
  return [true, false].flatMap((schemaDescription) =>
    [true, false].map((inputValueDeprecation) =>
      getIntrospectionQuery({ schemaDescription, inputValueDeprecation }),
    ),
  );
}
