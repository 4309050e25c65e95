import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Awaitable } from '../../../common/awaitable.ts';
import { acceptedCodings, type Coding } from '../../accepted-coding.ts';
import type { BodyAnswer } from './answer.ts';
import type { HeaderList } from './exchange.ts';

/** A response as it is sent. */
export interface EncodedAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string | Buffer;
}

/** A smaller body fits into one packet anyway. */
const MIN_LENGTH = 1024;

const brotli = promisify(brotliCompress);
/** For texts that are compressed while a client waits: as fast as gzip, and smaller. */
const BROTLI = {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 4,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
};

const COMPRESS: Readonly<Record<Coding, (body: string) => Promise<Buffer>>> = {
  br: (body) => brotli(body, BROTLI),
  gzip: promisify(gzip),
};

/**
 * Compresses the answer if it is JSON, large enough, and its client accepts that. Answers tell no secret of
 * one client beside text that another may choose: who sends an operation has the credential already. Events
 * are never compressed, which would hold them back.
 */
export function compressAnswer(
  answer: BodyAnswer,
  { 'accept-encoding': acceptEncoding = '' }: IncomingHttpHeaders,
): Awaitable<EncodedAnswer> {
  const { headers, body } = answer;
  if (body.length < MIN_LENGTH || !isJson(headers)) return answer;
  const [coding] = acceptedCodings(acceptEncoding);
  return coding === undefined ? answer : compressWith(coding, answer);
}

async function compressWith(coding: Coding, answer: BodyAnswer): Promise<EncodedAnswer> {
  const { status, headers, body } = answer;
  const packed = await COMPRESS[coding](body);
  return { status, headers: [...headers, 'Content-Encoding', coding], body: packed };
}

/** The type is the first header of every answer. */
function isJson([_name, type = '']: HeaderList): boolean {
  return /^application\/(?:[\w-]+\+)?json\b/.test(type);
}
