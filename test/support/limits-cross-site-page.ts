import { createServer } from 'node:http';
import { listen, type LoopbackServer } from './listen.ts';

/** All requests that a page can make a browser send to another origin without permission. */
const script = (endpoint: string) => `
  const endpoint = ${JSON.stringify(endpoint)};
  const operation = '{"query":"{ quota { remaining } }"}';
  const byGet = endpoint + '?query=' + encodeURIComponent('{ quota { remaining } }');
  const eventsByGet = endpoint + '?query=' + encodeURIComponent('subscription { photoReady(id: "a") { id } }');

  function form() {
    const data = new FormData();
    data.append('operations', operation);
    data.append('map', '{}');
    return data;
  }

  function loaded(name, address) {
    return new Promise((resolve) => {
      const element = document.createElement(name);
      element.onload = element.onerror = resolve;
      element.src = address;
      document.body.append(element);
    });
  }

  function submitted(enctype, fields) {
    const frame = document.createElement('iframe');
    frame.name = 'frame-' + Math.random();
    const element = document.createElement('form');
    Object.assign(element, { action: endpoint, method: 'post', enctype, target: frame.name });
    for (const [name, value] of Object.entries(fields)) {
      element.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.body.append(frame, element);
    return new Promise((resolve) => {
      frame.onload = resolve;
      element.submit();
    });
  }

  const ended = (source) => new Promise((resolve) => { source.onerror = () => { source.close(); resolve(); }; });
  const sent = (init) => fetch(endpoint, init).then((response) => response.text());

  const attempts = {
    image: loaded('img', byGet),
    script: loaded('script', byGet),
    frame: loaded('iframe', byGet),
    page: loaded('iframe', endpoint),
    get: fetch(byGet).then((response) => response.text()),
    blindGet: fetch(byGet, { mode: 'no-cors' }).then((response) => response.text()),
    json: sent({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: operation }),
    preflight: sent({ method: 'POST', headers: { 'GraphQL-Preflight': '1' }, body: form() }),
    text: sent({ method: 'POST', mode: 'no-cors', body: operation }),
    form: sent({ method: 'POST', mode: 'no-cors', body: form() }),
    beacon: Promise.resolve(navigator.sendBeacon(endpoint, new Blob([operation], { type: 'text/plain' })) && ''),
    multipartForm: submitted('multipart/form-data', { operations: operation, map: '{}' }),
    textForm: submitted('text/plain', { '{"query":"{ quota { remaining } }","a":"': '"}' }),
    fieldsForm: submitted('application/x-www-form-urlencoded', { query: '{ quota { remaining } }' }),
    eventSource: ended(new EventSource(eventsByGet)),
    webSocket: ended(new WebSocket(endpoint.replace('http', 'ws'), 'graphql-transport-ws')),
  };
  const outcomes = await Promise.allSettled(Object.values(attempts));
  // What it was let read; an opaque answer reads as an empty text.
  window.read = outcomes.flatMap(({ value }) => (typeof value === 'string' && value !== '' ? [value] : []));
  window.tried = Object.keys(attempts);
`;

/** A page of another site that tries all of these once it is opened. */
export function startCrossSitePage(endpoint: string): Promise<LoopbackServer> {
  const page = `<!doctype html><body><script type="module">${script(endpoint)}</script></body>`;
  return listen(
    createServer((_req, res) => {
      res.setHeader('Content-Type', 'text/html');
      res.end(page);
    }),
  );
}
