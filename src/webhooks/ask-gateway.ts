import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { OperatorCommand, OperatorResult } from './operator-commands.ts';
import { socketAnswer } from './operator-socket.ts';

const isAbsent = z.object({ code: z.enum(['ENOENT', 'ECONNREFUSED', 'EINVAL', 'ENAMETOOLONG']) });
const TIMEOUT_MS = 30_000;

/**
 * Has the gateway run a command that takes commands at `path`.
 * @returns null if there is none.
 * @throws an Error with the gateway's message if it cannot run it.
 */
export async function askGateway(
  path: string,
  command: OperatorCommand,
): Promise<OperatorResult | null> {
  const connection = connect({ path, allowHalfOpen: true });
  try {
    await once(connection, 'connect');
  } catch (error) {
    if (isAbsent.safeParse(error).success) return null;
    throw error;
  }
  connection.setTimeout(TIMEOUT_MS, () =>
    connection.destroy(new Error('The gateway does not answer')),
  );
  connection.end(JSON.stringify(command));
  const answer = socketAnswer.parse(JSON.parse(await text(connection)));
  if ('error' in answer) throw new Error(answer.error);
  return answer.result;
}
