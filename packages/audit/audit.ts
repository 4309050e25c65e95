import { NotApplicable } from './case-errors.ts';
import type { Client, Sending } from './client.ts';
import { recordStream, type StreamRecord } from './event-stream.ts';
import type { SubscriptionTarget } from './find-subscription.ts';
import { wholeForm, type Part } from './form.ts';
import { formParts, partsOf, type FormParts } from './form-parts.ts';
import type { Reply } from './reply.ts';
import { FORM_HEADERS, jsonRequest, QUERY } from './requests.ts';
import type { UploadBudget } from './upload-budget.ts';
import type { Operation, UploadTarget } from './upload-target.ts';

/** The server under audit, and the limits of the audit. */
export interface Subject {
  readonly client: Client;
  /**
   * Sends only what a page of another site could make a browser send: of the user's headers, only
   * the cookie.
   */
  readonly crossSiteClient: Client;
  readonly target: UploadTarget;
  /** Other places where the schema accepts files. */
  readonly nested: UploadTarget | null;
  readonly list: UploadTarget | null;
  readonly subscription: SubscriptionTarget | null;
  /**
   * Whether the user says that the server supports server-sent events. If so, it fails without
   * them.
   */
  readonly mustStream: boolean;
  /** The file of real uploads. */
  readonly sample: Buffer;
  /** Longest wait for a response, in milliseconds. */
  readonly timeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly streamTimeoutMs: number;
  readonly oversizeBytes: number;
}

type Form = readonly Part[] | Sending['body'];

/** The interface through which the cases talk to the server. */
export interface Audit extends Subject {
  /** A form whose operation runs and does nothing. */
  readonly dry: FormParts;
  /** A form that uploads. */
  readonly real: FormParts;
  /** Sends an operation as a JSON body. */
  readonly ask: (operation: Partial<Operation>, sending?: Sending) => Promise<Reply>;
  readonly sendForm: (form: Form, sending?: Sending) => Promise<Reply>;
  /**
   * Sends a form that uploads, and counts it.
   * @throws NotApplicable if it might exceed the upload budget
   */
  readonly upload: (form: Form, sending?: Sending) => Promise<Reply>;
  /** The one upload that must succeed. It is sent once. */
  readonly firstUpload: () => Promise<Reply>;
  /** The subscription, ready to be sent. @throws NotApplicable if there is none */
  readonly subscriptionOperation: () => Promise<Operation>;
  /** The events of the subscription within `streamTimeoutMs`. It is listened to once. */
  readonly listen: () => Promise<StreamRecord>;
  /** The events of a query that is requested as a stream. It is sent once. */
  readonly listenToQuery: () => Promise<StreamRecord>;
}

/** Assembles what the cases need. Sends nothing yet. */
export function createAudit(subject: Subject, budget: UploadBudget): Audit {
  const { client, target, sample, subscription, timeoutMs, streamTimeoutMs } = subject;
  const real = formParts(target.upload, target.paths, sample);
  let first: Promise<Reply> | undefined;
  let record: Promise<StreamRecord> | undefined;
  let queryRecord: Promise<StreamRecord> | undefined;

  function sendForm(form: Form, sending: Sending = {}) {
    const headers = { ...FORM_HEADERS, ...sending.headers };
    return client.send({ ...sending, headers, body: bodyOf(form) });
  }

  function upload(form: Form, sending: Sending = {}) {
    return budget.spend(
      () => sendForm(form, sending),
      (reply) => reply.kind !== 'answer' || reply.result?.data?.[target.field] != null,
    );
  }

  function firstUpload() {
    return (first ??= upload(partsOf(real)));
  }

  async function subscriptionOperation(): Promise<Operation> {
    if (!subscription) throw new NotApplicable('no subscription is known: see --subscription');
    const { query, needsId } = subscription;
    if (!needsId) return { query, variables: {} };
    const reply = await firstUpload();
    const uploaded = reply.kind === 'answer' ? reply.result?.data?.[target.field] : null;
    if (typeof uploaded === 'object' && uploaded && 'id' in uploaded) {
      return { query, variables: { id: uploaded.id } };
    }
    throw new NotApplicable('the subscription needs an id, and the upload returned none');
  }

  async function listen() {
    const operation = await subscriptionOperation();
    return recordStream(client, { operation, timeoutMs: streamTimeoutMs });
  }

  return {
    ...subject,
    dry: formParts(target.dry, target.paths, sample),
    real,
    sendForm,
    upload,
    firstUpload,
    subscriptionOperation,
    listen: () => (record ??= listen()),
    listenToQuery: () => (queryRecord ??= recordStream(client, { operation: QUERY, timeoutMs })),
    ask: (operation, sending = {}) => client.send({ ...jsonRequest(operation), ...sending }),
  };
}

function bodyOf(form: Form): NonNullable<Sending['body']> {
  if (form === undefined) return Buffer.alloc(0);
  return isParts(form) ? wholeForm(form) : form;
}

function isParts(form: NonNullable<Form>): form is readonly Part[] {
  return Array.isArray(form) && form.every((part) => 'headers' in part);
}
