import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { accountAt, listen } from './listen.ts';

/** One call while it arrives, byte by byte. */
export interface ArrivingCall {
  /** Bytes of its body so far, including the form's own. */
  readonly receivedBytes: number;
  /** Resolves when the body has ended, or the connection has broken before. */
  readonly outcome: Promise<'complete' | 'aborted'>;
  /** Starts to read a body that was left unread. Only then its end is seen. */
  read(): void;
}

export interface RecordingProvider extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** The uploads so far. Other calls get a response and are not recorded. */
  readonly calls: readonly ArrivingCall[];
}

export interface RecordingOptions {
  /**
   * Responds before the body has arrived, and then continues to read or not.
   * @default 'at the end'
   */
  readonly answer?: 'at the end' | 'early, reading on' | 'early, closing';
  /** Number of first calls that are left unread, so that back-pressure builds up. @default 0 */
  readonly unreadCalls?: number;
}

const UPLOADED = { code: 200, data: { img_url: 'http://127.0.0.1/a_out.jpg', mdf: 'a' } };
const QUOTA = { code: 200, data: { code: 'test', nums: 100 } };
const PROCESSING = { code: 200, data: { msg: '', status: 100 } };
const QUOTA_EXHAUSTED = { code: 9000, errno: 9101, msg: '次數不足' };

/** A provider on loopback that observes how the bodies of uploads arrive. */
export async function startRecordingProvider(
  options: RecordingOptions = {},
): Promise<RecordingProvider> {
  const { answer = 'at the end', unreadCalls = 0 } = options;
  const calls: ArrivingCall[] = [];

  function handle(req: IncomingMessage, res: ServerResponse) {
    if (req.url?.endsWith('/upload') !== true) return answerAtEnd(req, res);
    let receivedBytes = 0;
    const outcome = Promise.withResolvers<'complete' | 'aborted'>();
    calls.push({
      get receivedBytes() {
        return receivedBytes;
      },
      outcome: outcome.promise,
      read: () => req.resume(),
    });
    req.on('end', () => outcome.resolve('complete'));
    req.on('close', () => outcome.resolve('aborted'));
    req.on('error', () => outcome.resolve('aborted'));
    if (calls.length <= unreadCalls) return;
    req.on('data', (chunk: Buffer) => (receivedBytes += chunk.length));
    if (answer === 'at the end') {
      req.on('end', () => res.end(JSON.stringify(UPLOADED)));
      return;
    }
    res.end(JSON.stringify(QUOTA_EXHAUSTED));
    if (answer === 'early, closing') res.once('finish', () => req.socket.destroySoon());
  }

  const server = createServer({ highWaterMark: 1024 }, handle);
  const listening = await listen(server);
  return { ...listening, env: accountAt(listening.url), calls };
}

function answerAtEnd(req: IncomingMessage, res: ServerResponse): void {
  const answer = req.url?.endsWith('/nums') === true ? QUOTA : PROCESSING;
  req.resume().on('end', () => res.end(JSON.stringify(answer)));
}
