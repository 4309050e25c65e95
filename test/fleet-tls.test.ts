import { chmod, chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { execute } from './support/fleet-database.ts';
import { createDatabase, createDatabaseOn } from './support/postgres.ts';
import { findPostgres } from './support/postgres-binaries.ts';
import { startPostgresServer } from './support/postgres-server.ts';
import { answers, startScriptedProvider } from './support/scripted-provider.ts';
import { selfSigned } from './support/self-signed.ts';
import { startGatewayOf } from './support/start-gateway.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const connections = z.array(z.object({ ssl: z.boolean() }));

async function ready({ url }: { readonly url: string }) {
  const response = await fetch(`${url}/ready`);
  await response.body?.cancel();
  return response.status;
}

/** The files of the certificate, which the user of the database can read. */
async function writeCertificate(directory: string) {
  const [certificate, key] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  await chmod(directory, 0o755);
  await writeFile(certificate, selfSigned.cert);
  await writeFile(key, selfSigned.key, { mode: 0o600 });
  const { uid, gid } = (await findPostgres(directory)).user;
  if (uid !== undefined && gid !== undefined) await chown(key, uid, gid);
  return { certificate, key };
}

test('a database is reached over TLS as its URL says, and refused in one line if its certificate cannot be checked', async () => {
  await using directory = await makeTemporaryDirectory();
  const { certificate, key } = await writeCertificate(directory.path);
  await using server = await startPostgresServer({
    ssl: 'on',
    ssl_cert_file: certificate,
    ssl_key_file: key,
  });
  await using database = await createDatabaseOn(server);
  await using provider = await startScriptedProvider(() => answers.processing);
  const start = (DATABASE_URL: string) => startGatewayOf({ ...provider.env, DATABASE_URL });

  await expect(start(`${database.url}?sslmode=verify-full`)).rejects.toThrow(
    /^DATABASE_URL [^\n]*: correct the certificate[^\n]*$/,
  );
  const missing = `${database.url}?sslmode=verify-full&sslrootcert=${certificate}.missing`;
  await expect(start(missing)).rejects.toThrow(
    /^DATABASE_URL [^\n]*certificate.pem.missing[^\n]*$/,
  );
  await using plain = await createDatabase();
  await expect(start(`${plain.url}?sslmode=verify-full`)).rejects.toThrow(
    /^DATABASE_URL [^\n]* does not support SSL connections[^\n]*$/,
  );

  await using gateway = await start(
    `${database.url}?sslmode=verify-full&sslrootcert=${certificate}`,
  );
  expect(await ready(gateway)).toBe(200);
  const used = connections.parse(
    await execute(
      database.url,
      "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'photo-gateway'",
    ),
  );
  expect(new Set(used.map(({ ssl }) => ssl))).toEqual(new Set([true]));

  // The files are needed at the start only: a certificate that is replaced ends no process.
  await rm(certificate);
  await execute(
    database.url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'photo-gateway'",
  );
  await expect.poll(() => ready(gateway)).toBe(200);
});
