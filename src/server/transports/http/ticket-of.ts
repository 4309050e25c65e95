import type { IncomingMessage } from 'node:http';
import { createSecret, type Secret } from '../../../common/secret.ts';

/**
 * The ticket in the address of a GET, as the parameter `ticket`. Only a GET has one: whoever can send a POST can
 * send headers.
 * @returns null if there is none.
 */
export function ticketOf({ method, url = '' }: IncomingMessage): Secret | null {
  if (method !== 'GET') return null;
  const [, search = ''] = url.split('?', 2);
  const ticket = new URLSearchParams(search).get('ticket') ?? '';
  return ticket === '' ? null : createSecret(ticket);
}
