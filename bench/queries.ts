import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { startSinkProvider } from './sink-provider.ts';
import { startSubject, subjectNames, type SubjectName } from './subject.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
  },
});

/**
 * Measures queries per second that do not reach the provider, from a bounded number of clients for
 * a bounded time.
 */
async function measure(name: SubjectName): Promise<number> {
  using provider = await startSinkProvider({ bytesPerSecond: 1 });
  await using subject = await startSubject(name, provider.url);
  const dispatcher = new Agent({ connections: Number(values.clients) });
  let answered = 0;

  async function ask(until: number) {
    while (performance.now() < until) {
      const { body } = await request(subject.endpoint, {
        method: 'POST',
        dispatcher,
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      });
      if ((await body.text()) !== '{"data":{"__typename":"Query"}}')
        throw new Error('wrong answer');
      answered += 1;
    }
  }

  async function askAll(seconds: number) {
    const until = performance.now() + seconds * 1000;
    await Promise.all(Array.from({ length: Number(values.clients) }, () => ask(until)));
  }

  await askAll(2);
  answered = 0;
  await askAll(Number(values.seconds));
  await dispatcher.close();
  return answered / Number(values.seconds);
}

console.log(`${values.clients} clients asking { __typename } over POST: answers per second`);
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const name of subjectNames) {
    console.log(`  round ${round}  ${name.padEnd(14)} ${(await measure(name)).toFixed(0)}`);
  }
}
