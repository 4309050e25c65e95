import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallContext } from './call-context.ts';
import { HANDLERS } from './calls.ts';
import { drain } from './drain.ts';
import type { Call, CallLog, SimulatorEvents } from './events.ts';
import { Failure, failureMessage, unexpectedErrno, type Endpoint } from './failure.ts';
import { sendFile } from './static-file.ts';
import { checkToken } from './token.ts';

export interface RequestHandlerOptions {
  readonly context: CallContext;
  readonly log: CallLog;
  readonly events: EventEmitter<SimulatorEvents>;
  /** The errno with which a call must fail, whatever it asks for; undefined for none. */
  readonly takeFailure: (endpoint: Endpoint) => number | undefined;
}

const PATHS: ReadonlyMap<string, Endpoint> = new Map([
  ['/api/third/photo/upload', 'upload'],
  ['/api/third/photo/status', 'status'],
  ['/api/third/photo/download', 'download'],
  ['/api/third/company/nums', 'nums'],
]);

/** Handles every request. It rejects only if the connection breaks meanwhile. */
export function createRequestHandler(options: RequestHandlerOptions) {
  const { context, log, events } = options;
  const { settings } = context;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Node's own header follows the computer's clock, from which a test's clock may differ.
    response.setHeader('date', new Date(settings.now()).toUTCString());
    const [path = ''] = (request.url ?? '').split('?');
    const endpoint = PATHS.get(path);
    if (endpoint === undefined) {
      await sendFile(context.pictures.findFile(path.replace('/static/', '')), request, response);
    } else if (request.method === 'POST') {
      await answer(endpoint, request, response);
    } else {
      response.writeHead(405, { allow: 'POST' }).end();
    }
  }

  async function answer(
    endpoint: Endpoint,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const call = log.add(endpoint, settings.now());
    events.emit('request', call);
    const body = Buffer.from(JSON.stringify(await outcome(call, request)));
    events.emit('answer', call);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    };
    // Sends all of the response except its end: at the end, Node may close on a client that is
    // still sending.
    response.writeHead(200, headers).write(body);
    await drain(request, settings.maxFileSizeBytes, settings.drainTimeoutMs);
    response.end();
  }

  async function outcome(call: Call, request: IncomingMessage): Promise<object> {
    const { endpoint } = call;
    try {
      checkToken(request.headers['token'], { ...settings, maxAgeMs: settings.tokenMaxAgeMs });
      const errno = options.takeFailure(endpoint);
      if (errno !== undefined) throw new Failure(errno);
      return { code: 200, data: await HANDLERS[endpoint](request, call, context) };
    } catch (error) {
      if (!(error instanceof Failure)) events.emit('fault', error);
      const errno = error instanceof Failure ? error.errno : unexpectedErrno(endpoint);
      call.errno = errno;
      return { code: 9000, errno, msg: failureMessage(endpoint, errno) };
    }
  }

  return handle;
}
