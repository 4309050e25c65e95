import type { Allowance as AllowanceShape } from '../photos/uploads/allowance.ts';
import type { ProviderQuota } from '../provider/provider.ts';
import { builder } from './builder.ts';

const Allowance = builder.objectRef<AllowanceShape>('Allowance').implement({
  description: "How many uploads of the gateway's account you may use.",
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'Uploads per day, in UTC.' }),
    remaining: t.exposeInt('remaining', { description: 'Uploads left today.' }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      description: 'When the next day begins.',
    }),
  }),
});

const Quota = builder.objectRef<ProviderQuota>('Quota').implement({
  description: "What is left of the gateway's account at the provider.",
  fields: (t) => ({
    accountCode: t.exposeString('accountCode', { description: "The provider's `third_code`." }),
    remaining: t.exposeInt('remaining', { description: 'Uploads left.' }),
    allowance: t.field({
      type: Allowance,
      nullable: true,
      description: 'Your own limit on them; null if you have none.',
      resolve: (_quota, _arguments, { photos, principal }) => photos.allowance(principal),
    }),
  }),
});

builder.queryField('quota', (t) =>
  t.field({
    type: Quota,
    description: 'Asks the provider how many uploads are left. May be a second old.',
    resolve: (_root, _arguments, { photos, signal }) => photos.quota(signal()),
  }),
);
