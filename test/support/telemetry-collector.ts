import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from './listen.ts';

/** The part of OTLP's JSON that the tests check. */
const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) });
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(attribute).transform(asRecord),
  status: z.object({ code: z.number().optional() }),
});
const exportRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute).transform(asRecord) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

export type CollectedSpan = z.infer<typeof span>;

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** All spans so far, in the order in which they ended. */
  readonly spans: readonly CollectedSpan[];
  /** Bodies of the requests so far, unchanged. */
  readonly bodies: readonly string[];
  readonly paths: readonly string[];
  /** The attributes of each resource that sent spans. */
  readonly resources: readonly Readonly<Record<string, unknown>>[];
}

/** A stand-in for an OpenTelemetry collector, on loopback, which responds as `answer` says. */
export async function startCollector(
  answer: (res: ServerResponse) => void = (res) => res.end('{}'),
): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const paths: string[] = [];
  const resources: Readonly<Record<string, unknown>>[] = [];

  async function collect(req: IncomingMessage, res: ServerResponse) {
    const body = await text(req);
    bodies.push(body);
    paths.push(req.url ?? '');
    for (const { resource, scopeSpans } of exportRequest.parse(JSON.parse(body)).resourceSpans) {
      resources.push(resource.attributes);
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    }
    res.setHeader('content-type', 'application/json');
    answer(res);
  }

  const server = createServer((req, res) => {
    collect(req, res).catch((error: unknown) => res.destroy(new Error('', { cause: error })));
  });
  return { ...(await listen(server)), spans, bodies, paths, resources };
}

function asRecord(attributes: readonly z.infer<typeof attribute>[]) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
