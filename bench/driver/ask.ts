import { openConnection } from './connection.ts';
import { queryBytes, type Query } from './requests.ts';

/** Sends one query on a connection of its own, and returns the body of the answer. */
export async function ask(endpoint: URL, query: Query): Promise<string> {
  using connection = await openConnection(endpoint);
  const { body } = await connection.exchange(queryBytes(endpoint, query));
  return body;
}
