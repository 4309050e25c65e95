import { AsyncLocalStorage } from 'node:async_hooks';
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { GatewayError } from '../../common/errors.ts';
import type { Attributes, Incoming, OpenSpan, Step, TraceHeaders, Tracing } from '../tracing.ts';

/**
 * Traces with the given tracer. Node's asynchronous contexts keep the current span, so modules need not pass
 * it along. Work that a request starts, such as the polls of its photo, belongs to the trace of that request.
 */
export function createTracing(tracer: Tracer): Tracing {
  const contexts = new AsyncLocalStorage<Context>();
  const propagator = new W3CTraceContextPropagator();
  const active = () => contexts.getStore() ?? ROOT_CONTEXT;

  function open(name: string, attributes: Attributes, kind: SpanKind, parent: Context): OpenSpan {
    const span = tracer.startSpan(name, { kind, attributes: copied(attributes) }, parent);
    const context = trace.setSpan(parent, span);
    return {
      traceId: span.spanContext().traceId,
      run: (work) => contexts.run(context, work),
      rename: (text) => void span.updateName(text),
      note: (noted) => void span.setAttributes(copied(noted)),
      end: (failure) => end(span, failure),
    };
  }

  function headers(): TraceHeaders {
    const carrier: Record<string, string> = {};
    propagator.inject(active(), carrier, defaultTextMapSetter);
    return carrier;
  }

  return {
    enabled: true,
    span: (name, attributes, work) =>
      step(open(name, attributes, SpanKind.INTERNAL, active()), work),
    call: (name, attributes, work) => step(open(name, attributes, SpanKind.CLIENT, active()), work),
    begin: (name, attributes, { headers: incoming }: Incoming) =>
      open(
        name,
        attributes,
        SpanKind.SERVER,
        propagator.extract(ROOT_CONTEXT, incoming, defaultTextMapGetter),
      ),
    headers,
    traceId: () => trace.getSpanContext(active())?.traceId ?? null,
  };
}

async function step<Result>(span: OpenSpan, work: Step<Result>): Promise<Result> {
  try {
    const result = await span.run(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(failureOf(error));
    throw error;
  }
}

/** Only the code is recorded: a message may contain text of a client or of the provider. */
function end(span: Span, failure: string | undefined) {
  if (failure !== undefined) {
    span.setAttribute('error.type', failure);
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  }
  span.end();
}

function failureOf(error: unknown): string {
  if (error instanceof GatewayError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** The library's types require mutable arrays. */
function copied(attributes: Attributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'object' ? [...value] : value,
    ]),
  );
}
