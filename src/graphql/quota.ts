import type { ProviderQuota } from '../provider/provider.ts';
import { builder } from './builder.ts';

const Quota = builder.objectRef<ProviderQuota>('Quota').implement({
  description: "What is left of the gateway's account at the provider.",
  fields: (t) => ({
    accountCode: t.exposeString('accountCode', { description: "The provider's `third_code`." }),
    remaining: t.exposeInt('remaining', { description: 'Uploads left.' }),
  }),
});

builder.queryField('quota', (t) =>
  t.field({
    type: Quota,
    description: 'Asks the provider how many uploads are left. May be a second old.',
    resolve: (_root, _arguments, { photos, signal }) => photos.quota(signal),
  }),
);
