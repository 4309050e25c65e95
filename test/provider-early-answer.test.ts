import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { connectProvider, uploadOf } from './support/provider-client.ts';
import { scriptedSource, silence } from './support/provider-source.ts';
import { httpResponse, startWireServer } from './support/wire-server.ts';

const NONE_LEFT = JSON.stringify({ code: 9000, errno: 9101, msg: '' });
const CHUNK = Buffer.alloc(64 * 1024);

/** Reactions of a provider that answers before it has read the picture. */
const WAYS: Readonly<Record<string, (socket: Socket) => void>> = {
  'answers and continues to read': (socket) => {
    socket.write(httpResponse(NONE_LEFT));
    socket.resume();
  },
  'answers and stops reading': (socket) => {
    socket.write(httpResponse(NONE_LEFT));
  },
  'answers and closes its side': (socket) => {
    socket.end(httpResponse(NONE_LEFT, ['connection: close']));
  },
  'answers and closes': (socket) => {
    socket.write(httpResponse(NONE_LEFT), () => socket.destroy());
  },
  'answers and resets': (socket) => {
    socket.write(httpResponse(NONE_LEFT), () => socket.resetAndDestroy());
  },
  'answers without a length and closes': (socket) => {
    const head = 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n';
    socket.write(`${head}${NONE_LEFT}`, () => socket.destroy());
  },
};

/** A server that runs `act` when the first bytes of a call have arrived, and reports that it has. */
async function startEarlyServer(act: (socket: Socket) => void) {
  const acted = Promise.withResolvers<void>();
  const server = await startWireServer((socket) => {
    socket.once('data', () => {
      socket.pause();
      act(socket);
      setImmediate(acted.resolve);
    });
  });
  return { server, acted: acted.promise };
}

const ANSWERED = { code: 'QUOTA_EXHAUSTED', errno: 9101 };

describe.for(Object.entries(WAYS))('the answer of a provider that %s is received', ([, act]) => {
  test('while chunks follow immediately', async () => {
    const { server, acted } = await startEarlyServer(act);
    await using _ = server;
    await using provider = connectProvider(server.url);
    const source = scriptedSource(async (index) => {
      if (index > 0) await acted;
      return CHUNK;
    });
    await expect(provider.upload(uploadOf(source))).rejects.toMatchObject(ANSWERED);
    await source.returned;
  });

  test('while chunks follow one by one', async () => {
    const { server } = await startEarlyServer(act);
    await using _ = server;
    await using provider = connectProvider(server.url);
    const source = scriptedSource(async () => {
      await turn();
      return CHUNK;
    });
    await expect(provider.upload(uploadOf(source))).rejects.toMatchObject(ANSWERED);
    await source.returned;
  });

  test('while the client is silent', async () => {
    const { server } = await startEarlyServer(act);
    await using _ = server;
    await using provider = connectProvider(server.url);
    const source = scriptedSource((index) => (index === 0 ? CHUNK : silence()));
    await expect(provider.upload(uploadOf(source))).rejects.toMatchObject(ANSWERED);
    await source.returned;
  });
});

test('the connection of an early answer is not used again', async () => {
  const { server } = await startEarlyServer((socket) => {
    socket.write(httpResponse(NONE_LEFT));
    socket.resume();
  });
  await using _ = server;
  await using provider = connectProvider(server.url);
  const source = scriptedSource((index) => (index === 0 ? CHUNK : silence()));
  await expect(provider.upload(uploadOf(source))).rejects.toMatchObject(ANSWERED);
  const [socket] = server.sockets;
  if (socket?.closed === false) await once(socket, 'end');
  await expect(provider.quota()).rejects.toMatchObject(ANSWERED);
  expect(server.sockets).toHaveLength(2);
});

test('a picture that is accepted early counts as uploaded', async () => {
  const data = { img_url: 'https://photo.example/in.jpg', mdf: 'abc' };
  const { server } = await startEarlyServer((socket) => {
    socket.end(httpResponse(JSON.stringify({ code: 200, data })));
  });
  await using _ = server;
  await using provider = connectProvider(server.url);
  const source = scriptedSource((index) => (index === 0 ? CHUNK : silence()));
  await expect(provider.upload(uploadOf(source))).resolves.toMatchObject({ id: 'abc' });
});

test('a broken connection without an answer is reported as such', async () => {
  const { server, acted } = await startEarlyServer((socket) => socket.resetAndDestroy());
  await using _ = server;
  await using provider = connectProvider(server.url);
  const source = scriptedSource(async (index) => {
    if (index > 0) await acted;
    return CHUNK;
  });
  await expect(provider.upload(uploadOf(source))).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
  });
  await source.returned;
});

describe('an early success may have been charged if its answer', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n';
  const WAYS_TO_END: Readonly<Record<string, (socket: Socket) => void>> = {
    'breaks off': (socket) => {
      socket.write(`${head}{"code":200,"data":{"img_url":"http`, () => socket.destroy());
    },
    'breaks off before its body': (socket) => {
      socket.write(head, () => socket.resetAndDestroy());
    },
    'is larger than any answer': (socket) => {
      socket.write(`${head}<html>${'x'.repeat(150_000)}`);
    },
    'is not HTTP': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n: nothing\r\n\r\n');
    },
    'does not end in time': (socket) => {
      socket.write(head);
    },
  };

  test.for(Object.entries(WAYS_TO_END))('%s', async ([, act]) => {
    const { server } = await startEarlyServer(act);
    await using _ = server;
    await using provider = connectProvider(server.url, { uploadTimeoutMs: 1500 });
    const source = scriptedSource((index) => (index === 0 ? CHUNK : silence()));
    await expect(provider.upload(uploadOf(source))).rejects.toMatchObject({ charged: null });
  });

  test('has begun when the picture breaks off', async () => {
    const { server } = await startEarlyServer((socket) => {
      socket.write(head);
    });
    await using _ = server;
    await using provider = connectProvider(server.url);
    const left = Promise.withResolvers<never>();
    const source = scriptedSource((index) => (index === 0 ? CHUNK : left.promise));
    const upload = provider.upload(uploadOf(source));
    setTimeout(left.reject, 300, new Error('the client has disconnected'));
    await expect(upload).rejects.toMatchObject({ charged: null });
  });
});

test('an early HTTP refusal whose page breaks off does not mean a charge', async () => {
  const { server } = await startEarlyServer((socket) => {
    socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 500\r\n\r\n<html>', () => {
      socket.destroy();
    });
  });
  await using _ = server;
  await using provider = connectProvider(server.url);
  const source = scriptedSource((index) => (index === 0 ? CHUNK : silence()));
  const failure = await provider.upload(uploadOf(source)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', charged: undefined });
});
