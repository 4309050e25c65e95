import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { accountAt, listen } from './listen.ts';

/** When an upload is charged: before its response, a while after it, or never. */
export type ChargeTime = 'now' | 'late' | 'never';

/** The response to the sender. */
export type Reply =
  | 'success'
  | 'early success'
  | 'reset'
  | 'silence'
  | 'HTTP 504'
  | 'unreadable'
  | 'errno 500'
  | 'no errno'
  | 'errno 9006'
  | 'redirect';

export interface Behaviour {
  readonly charge: ChargeTime;
  readonly reply: Reply;
}

/** Reactions to a picture of which only the beginning has arrived. */
export const EARLY_BEHAVIOURS: readonly Behaviour[] = [
  { charge: 'now', reply: 'early success' },
  { charge: 'late', reply: 'early success' },
];

/**
 * All that an honest provider may do with a complete picture. The first is the most frequent one.
 */
export const BEHAVIOURS: readonly [Behaviour, ...Behaviour[]] = [
  { charge: 'now', reply: 'success' },
  { charge: 'late', reply: 'success' },
  ...(['reset', 'silence', 'HTTP 504', 'unreadable', 'errno 500', 'no errno'] as const).flatMap(
    (reply) => (['now', 'late', 'never'] as const).map((charge) => ({ charge, reply })),
  ),
  { charge: 'never', reply: 'errno 9006' },
  { charge: 'never', reply: 'redirect' },
];

export interface ChargingProvider extends AsyncDisposable {
  /** The settings that put a gateway in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** How often an upload of a file of this name was charged. */
  charges(fileName: string): number;
  /** Number of all charges. */
  readonly charged: number;
  /** Resolves when no charge is pending. */
  settled(): Promise<void>;
}

type Failure = Exclude<Reply, 'success' | 'early success'>;

const REPLIES: Readonly<Record<Failure, (req: IncomingMessage, res: ServerResponse) => void>> = {
  reset: ({ socket }) => void socket.resetAndDestroy(),
  silence: () => undefined,
  'HTTP 504': (_req, res) => void res.writeHead(504).end('<h1>Gateway timeout</h1>'),
  unreadable: (_req, res) => void res.end('{"code":200,"data":'),
  'errno 500': (_req, res) => void res.end('{"code":9000,"errno":500,"msg":"failed"}'),
  'no errno': (_req, res) => void res.end('{"code":9000,"msg":"failed"}'),
  'errno 9006': (_req, res) => void res.end('{"code":9000,"errno":9006,"msg":"failed"}'),
  redirect: (_req, res) =>
    void res.writeHead(302, { location: 'https://photo.example.com/' }).end(),
};

/** The longest delay of a late charge, in milliseconds. */
export const LATEST_CHARGE_MS = 300;

const UPLOADS_BOUGHT = 1_000_000;

/**
 * A provider on loopback that treats each upload as `behaviour` says, and keeps a ledger of its
 * charges.
 */
export async function startChargingProvider(
  behaviour: () => Behaviour,
  random: () => number,
): Promise<ChargingProvider> {
  const ledger: string[] = [];
  const late = new Set<Promise<void>>();

  function chargeAt(time: ChargeTime, name: string) {
    if (time === 'now') ledger.push(name);
    if (time !== 'late') return;
    late.add(delay(random() * LATEST_CHARGE_MS).then(() => void ledger.push(name)));
  }

  async function upload(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { charge, reply } = behaviour();
    const mdf = crypto.randomUUID();
    const success = JSON.stringify({ code: 200, data: { img_url: 'http://127.0.0.1/o.jpg', mdf } });
    if (reply === 'early success') {
      chargeAt(charge, nameIn(await beginningOf(req)));
      res.end(success);
      return;
    }
    // An incomplete picture is not a picture, and is not charged.
    chargeAt(charge, nameIn(await buffer(req)));
    if (reply === 'success') res.end(success);
    else REPLIES[reply](req, res);
  }

  async function answer(req: IncomingMessage, res: ServerResponse) {
    switch (req.url?.split('/').at(-1) ?? '') {
      case 'upload':
        return upload(req, res);
      case 'nums':
        await buffer(req);
        return void res.end(
          JSON.stringify({
            code: 200,
            data: { code: 'test', nums: UPLOADS_BOUGHT - ledger.length },
          }),
        );
      default:
        await buffer(req);
        return void res.end('{"code":200,"data":{"status":100}}');
    }
  }

  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.destroy());
  });
  const listening = await listen(server);
  return {
    ...listening,
    env: accountAt(listening.url),
    charges: (fileName) => ledger.filter((name) => name === fileName).length,
    get charged() {
      return ledger.length;
    },
    settled: async () => void (await Promise.all(late)),
  };
}

/** The part of a form that has arrived once it contains the head of its file. */
async function beginningOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const more = (chunk: Buffer) => void chunks.push(chunk);
  req.on('data', more);
  while (nameIn(Buffer.concat(chunks)) === '') await once(req, 'data');
  // The rest is read and discarded.
  req.off('data', more).resume();
  return Buffer.concat(chunks);
}

function nameIn(form: Buffer): string {
  return /filename="([^"]+)"/.exec(form.toString('latin1'))?.[1] ?? '';
}
