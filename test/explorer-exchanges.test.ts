import { expect, test } from 'vitest';
import { createExchanges } from '../packages/explorer/exchanges.ts';

test('an exchange is that of the tab in which it began, until the next one begins there', () => {
  const exchanges = createExchanges();
  const facts = (tab: string) => exchanges.store.getState().get(tab);
  exchanges.enter('one');
  const late = exchanges.begin('answer');
  exchanges.enter('two');
  exchanges.begin('answer').answered('four');
  late.opened('200 OK');
  late.answered('Grüße');
  expect(facts('one')).toMatchObject({ status: '200 OK', sizeBytes: 7, events: null });
  expect(facts('two')).toMatchObject({ status: null, sizeBytes: 4 });
  exchanges.enter('one');
  exchanges.begin('events');
  late.answered('too late');
  expect(facts('one')).toMatchObject({ status: null, elapsedMs: null, sizeBytes: 0, events: [] });
});

test('a log keeps the latest events, and counts the others; the oldest tabs are forgotten', () => {
  const exchanges = createExchanges();
  exchanges.enter('0');
  const recorder = exchanges.begin('events');
  for (let event = 1; event <= 250; event += 1) recorder.log(`Event ${event}`, 'x');
  const exchange = exchanges.store.getState().get('0');
  expect(exchange).toMatchObject({ forgotten: 50, sizeBytes: 250 });
  expect(exchange?.events?.map(({ what }) => what).slice(-1)).toEqual(['Event 250']);
  expect(exchange?.events).toHaveLength(200);
  for (let tab = 1; tab <= 60; tab += 1) {
    exchanges.enter(String(tab));
    exchanges.begin('answer');
  }
  expect(exchanges.store.getState().size).toBe(50);
  expect(exchanges.store.getState().has('0')).toBe(false);
});
