import { builder } from './builder.ts';
import type { EventSourceTicket as EventSourceTicketShape } from './context.ts';

const EventSourceTicket = builder.objectRef<EventSourceTicketShape>('EventSourceTicket').implement({
  description:
    "Opens subscriptions for a client that can send no header, such as a browser's `EventSource`.",
  fields: (t) => ({
    token: t.exposeString('token', {
      description: 'Goes into the address of the subscription, as the parameter `ticket`.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it opens nothing more, a minute from now. What it has opened goes on.',
    }),
  }),
});

builder.queryField('eventSourceTicket', (t) =>
  t.field({
    type: EventSourceTicket,
    description:
      'A ticket with which an `EventSource` subscribes as you. It is good for subscriptions as server-sent events by GET alone, and ends with your API key or token.',
    resolve: (_root, _arguments, { ticket }) => ticket(),
  }),
);
