import type { Client } from 'graphql-ws';
import relay, {
  type FetchFunction,
  type GraphQLResponse,
  type IEnvironment,
  type SubscribeFunction,
} from 'relay-runtime';

type Headers = Readonly<Record<string, string>>;

export interface RelayOptions {
  readonly endpoint: string;
  readonly headers?: Headers;
  /** Carries the subscriptions. */
  readonly socket: Client;
}

/** An environment of Relay as its documentation sets it up: `fetch` with uploadables, and graphql-ws. */
export function createRelayEnvironment({
  endpoint,
  headers = {},
  socket,
}: RelayOptions): IEnvironment {
  const fetchOperation: FetchFunction = async (operation, variables, _cache, uploadables) => {
    const sent = { query: operation.text, variables };
    const init = uploadables ? formOf(sent, uploadables) : jsonOf(sent);
    const response = await fetch(endpoint, {
      method: 'POST',
      body: init.body,
      headers: { ...headers, ...init.headers },
    });
    // eslint-disable-next-line typescript/no-unsafe-type-assertion -- as Relay's documentation does
    return (await response.json()) as GraphQLResponse;
  };
  const subscribe: SubscribeFunction = ({ name, text }, variables) =>
    relay.Observable.create<GraphQLResponse>((sink) =>
      socket.subscribe(
        { operationName: name, query: text ?? '', variables },
        {
          // eslint-disable-next-line typescript/no-unsafe-type-assertion -- as Relay's documentation does
          next: (result) => sink.next(result as GraphQLResponse),
          error: (error) => sink.error(error instanceof Error ? error : new Error(String(error))),
          complete: () => sink.complete(),
        },
      ),
    );
  return new relay.Environment({
    network: relay.Network.create(fetchOperation, subscribe),
    store: new relay.Store(new relay.RecordSource()),
  });
}

function jsonOf(sent: object) {
  return { body: JSON.stringify(sent), headers: { 'content-type': 'application/json' } };
}

/** A form by the names of the variables that are files. */
function formOf(sent: object, uploadables: Readonly<Record<string, Blob>>) {
  const form = new FormData();
  const names = Object.keys(uploadables);
  form.append('operations', JSON.stringify(sent));
  form.append('map', JSON.stringify(Object.fromEntries(names.map((n) => [n, [`variables.${n}`]]))));
  for (const [name, file] of Object.entries(uploadables)) form.append(name, file);
  return { body: form, headers: { 'graphql-preflight': '1' } };
}
