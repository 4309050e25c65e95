import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { everybody } from '../../src/access/everybody.ts';
import { GatewayError } from '../../src/common/errors.ts';
import { unknownPhoto } from '../../src/photos/photo.ts';
import type { Photos } from '../../src/photos/photos.ts';
import type { EndedRequest } from '../../src/telemetry/events.ts';
import { noTelemetry } from '../../src/telemetry/no-telemetry.ts';
import { createEmptyModule } from './limits-empty-module.ts';
import { startBareServer } from './start-bare-server.ts';

/** A request by POST, as it is sent. */
export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** All of a response but its date, and what was reported of the request. */
export interface Answered {
  readonly status: number | undefined;
  readonly headers: readonly string[];
  readonly body: string;
  readonly told: Omit<EndedRequest, 'durationMs'>;
}

export interface Adapter extends AsyncDisposable {
  send(post: Post): Promise<Answered>;
}

export const GOOD_KEY = 'good';

/** Ids of photos that fail as their names tell. */
const failures = {
  missing: () => new GatewayError('PHOTO_NOT_FOUND', 'There is no such photo.', { errno: 9002 }),
  broken: () => new TypeError('photo.id is not a function'),
} satisfies Record<string, () => Error>;

export const FAILING_IDS = Object.keys(failures);

function failIf(id: string): void {
  const failure = Object.entries(failures).find(([name]) => name === id)?.[1];
  if (failure) throw failure();
}

const photos: Photos = {
  ...createEmptyModule().photos,
  async status(_principal, id) {
    failIf(id);
    return unknownPhoto(id);
  },
  async *ready(_principal, ids) {
    for (const id of ids) {
      yield () => {
        failIf(id);
        return unknownPhoto(id);
      };
    }
  },
};

const access = {
  ...everybody,
  async admit(credential: { reveal(): string } | null) {
    const isGood = credential?.reveal() === GOOD_KEY;
    if (!isGood) throw new GatewayError('UNAUTHENTICATED', 'The key is not accepted.');
    return {
      holder: null,
      client: () => ({ name: 'key:anna', uploadsPerDay: null }),
      onEnd: () => ({ [Symbol.dispose]: () => undefined }),
    };
  },
};

/** The server alone, with or without the short way of plain JSON. */
export async function startAdapter(options: { readonly plainJson: boolean }): Promise<Adapter> {
  let ended = Promise.withResolvers<EndedRequest>();
  const server = await startBareServer(photos, {
    ...options,
    access,
    corsOrigins: ['https://app.example.com'],
    telemetry: { ...noTelemetry, requestEnded: (told) => ended.resolve(told) },
  });

  async function send({ path, headers, body }: Post): Promise<Answered> {
    ended = Promise.withResolvers();
    const sent = request(`${server.url}${path}`, { method: 'POST', headers, agent: false });
    const responded = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject);
    });
    sent.end(body);
    const response = await responded;
    const answer = await text(response);
    const { durationMs: _durationMs, ...told } = await ended.promise;
    const { statusCode: status, rawHeaders } = response;
    return { status, headers: linesOf(rawHeaders), body: answer, told };
  }

  return { send, [Symbol.asyncDispose]: () => server.close() };
}

/** The lines of a head as they were sent, without the date. */
function linesOf(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders
    .flatMap((name, index) => (index % 2 === 0 ? `${name}: ${rawHeaders[index + 1]}` : []))
    .filter((line) => !line.startsWith('Date: '));
}
