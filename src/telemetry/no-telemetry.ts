import type { Telemetry } from './telemetry.ts';
import type { OpenSpan, Tracing } from './tracing.ts';

const ignore = () => undefined;

const noSpan: OpenSpan = {
  traceId: null,
  run: (work) => work(),
  rename: ignore,
  note: ignore,
  end: ignore,
};

/** Nothing is traced: work is run as it is. */
export const noTracing: Tracing = {
  enabled: false,
  span: (_name, _attributes, work) => work(noSpan),
  call: (_name, _attributes, work) => work(noSpan),
  begin: () => noSpan,
  headers: () => ({}),
  traceId: () => null,
};

/** Nobody listens: for a room that is used alone. */
export const noTelemetry: Telemetry = {
  tracing: noTracing,
  requestEnded: ignore,
  subscriberJoined: ignore,
  subscriberLeft: ignore,
  uploadBegan: ignore,
  uploadEnded: ignore,
  providerCalled: ignore,
  providerFailed: ignore,
  quotaHeard: ignore,
  polled: ignore,
  foundReady: ignore,
  photosWatched: ignore,
};
