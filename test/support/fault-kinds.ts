import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../../src/common/errors.ts';
import type { Fault, FaultyCall } from './fault-provider.ts';

/** The errors that a client gets for each fault of the provider. */
export interface FaultKind {
  readonly fault: Fault;
  readonly code: ErrorCode;
}

const MIB = 1024 * 1024;

const reset = ({ req }: FaultyCall) => void req.socket.resetAndDestroy();

/** These faults are for clients that hang up during the response. */
async function writeSlowly({ res }: FaultyCall, text: string, pauseMs: number) {
  for (const letter of text) {
    if (res.destroyed) return;
    res.write(letter);
    await delay(pauseMs);
  }
  res.end();
}

/** A hundred megabytes of response. */
export async function endlessAnswer(call: FaultyCall): Promise<void> {
  await call.carryOut();
  const { res } = call;
  const chunk = Buffer.alloc(MIB, ' ');
  res.writeHead(200, { 'content-length': 100 * MIB });
  for (let chunks = 0; chunks < 100 && !res.destroyed; chunks += 1) {
    if (!res.write(chunk)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end();
}

/** Each fault, in every phase of a call in which it can occur. */
export const FAULT_KINDS: Readonly<Record<string, FaultKind>> = {
  'resets as a call begins': { fault: reset, code: 'UPSTREAM_UNAVAILABLE' },
  'resets within a call': {
    async fault(call) {
      await once(call.req, 'data');
      reset(call);
    },
    code: 'UPSTREAM_UNAVAILABLE',
  },
  'resets after a call': {
    async fault(call) {
      await call.carryOut();
      reset(call);
    },
    code: 'UPSTREAM_UNAVAILABLE',
  },
  'closes after a call': {
    async fault(call) {
      await call.carryOut();
      call.req.socket.end();
    },
    code: 'UPSTREAM_UNAVAILABLE',
  },
  'resets within the headers of its answer': {
    async fault(call) {
      await call.carryOut();
      call.req.socket.write('HTTP/1.1 200 OK\r\ncontent-', () => reset(call));
    },
    code: 'UPSTREAM_UNAVAILABLE',
  },
  'resets within its answer': {
    async fault(call) {
      const answer = await call.carryOut();
      call.res.writeHead(200, { 'content-length': answer.length });
      call.res.write(answer.slice(0, 20), () => reset(call));
    },
    code: 'UPSTREAM_UNAVAILABLE',
  },
  'hangs as a call begins': { fault: ({ req }) => void req.pause(), code: 'UPSTREAM_TIMEOUT' },
  'hangs within a call': {
    async fault({ req }) {
      await once(req, 'data');
      req.pause();
    },
    code: 'UPSTREAM_TIMEOUT',
  },
  'hangs after a call': {
    fault: async (call) => void (await call.carryOut()),
    code: 'UPSTREAM_TIMEOUT',
  },
  'hangs within the headers of its answer': {
    async fault(call) {
      await call.carryOut();
      call.req.socket.write('HTTP/1.1 200 OK\r\ncontent-');
    },
    code: 'UPSTREAM_TIMEOUT',
  },
  'hangs within its answer': {
    async fault(call) {
      const answer = await call.carryOut();
      call.res.writeHead(200, { 'content-length': answer.length });
      call.res.write(answer.slice(0, 20));
    },
    code: 'UPSTREAM_TIMEOUT',
  },
  'answers too slowly': {
    fault: async (call) => writeSlowly(call, await call.carryOut(), 100),
    code: 'UPSTREAM_TIMEOUT',
  },
  'sends half an answer': {
    async fault(call) {
      const answer = await call.carryOut();
      call.res.end(answer.slice(0, answer.length / 2));
    },
    code: 'UPSTREAM_INVALID_RESPONSE',
  },
  'answers with a page': {
    async fault(call) {
      await call.carryOut();
      call.res.setHeader('content-type', 'text/html').end('<html><h1>It works!</h1></html>');
    },
    code: 'UPSTREAM_INVALID_RESPONSE',
  },
  'answers with a page and HTTP 502': {
    async fault(call) {
      await call.carryOut();
      call.res.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
    },
    code: 'UPSTREAM_UNAVAILABLE',
  },
  'answers with a hundred megabytes': { fault: endlessAnswer, code: 'UPSTREAM_INVALID_RESPONSE' },
};

/** Slow, but in time. */
export const slowAnswer: Fault = async (call) => writeSlowly(call, await call.carryOut(), 1);
