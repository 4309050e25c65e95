import { z } from 'zod';
import { GatewayError } from '../common/errors.ts';

/** As many as fit into the variables of a request (`checkVariables`), with three values for each. */
export const MAX_REPRESENTATIONS = 300;

const representations = z.array(z.object({ __typename: z.literal('Photo'), id: z.string() }));

/**
 * Checks the representations that a router sends for photos.
 * @throws `BAD_USER_INPUT` if there are too many, or one is not that of a photo.
 */
export function checkRepresentations(sent: unknown): void {
  if (Array.isArray(sent) && sent.length > MAX_REPRESENTATIONS) throw tooMany();
  if (!representations.safeParse(sent).success) throw notOfPhoto();
}

function tooMany() {
  return new GatewayError('BAD_USER_INPUT', `representations are at most ${MAX_REPRESENTATIONS}.`);
}

function notOfPhoto() {
  return new GatewayError(
    'BAD_USER_INPUT',
    'A representation is { __typename: "Photo", id: "…" }: there is no other kind of entity here.',
  );
}
