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

/** Traces nothing: it just runs the work. */
export const noTracing: Tracing = {
  enabled: false,
  span: (_name, _attributes, work) => work(noSpan),
  call: (_name, _attributes, work) => work(noSpan),
  begin: () => noSpan,
  headers: () => ({}),
  traceId: () => null,
};

/** Ignores all events: for modules that are used alone. */
export const noTelemetry: Telemetry = {
  tracing: noTracing,
  requestEnded: ignore,
  subscriberJoined: ignore,
  subscriberLeft: ignore,
  uploadBegan: ignore,
  uploadEnded: ignore,
  photoDeleted: ignore,
  providerCalled: ignore,
  providerFailed: ignore,
  quotaReported: ignore,
  polled: ignore,
  foundReady: ignore,
  photosWatched: ignore,
  webhookAttempted: ignore,
};
