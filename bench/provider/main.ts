import { parseArgs } from 'node:util';
import { startFakeProvider } from './fake-provider.ts';
import { order, type ProviderReport } from './messages.ts';

/** The provider as a process of its own, which obeys its parent and ends with it. */
const { values } = parseArgs({ options: { 'bytes-per-second': { type: 'string' } } });
const provider = await startFakeProvider({
  bytesPerSecond: Number(values['bytes-per-second'] ?? Infinity),
});

process.on('message', (message) => {
  const said = order.parse(message);
  if ('times' in said) {
    provider.book.setTimes(said.times);
    process.send?.({ done: true });
  } else {
    const { calls, book } = provider;
    const answer: ProviderReport = { calls, photos: [...book.photos.values()] };
    process.send?.(answer);
  }
});
process.on('disconnect', () => process.exit());
process.send?.({ url: provider.url });
