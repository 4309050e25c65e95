import { builder } from '../builder.ts';

builder.scalarType('URL', {
  description: 'An absolute http or https address, as the WHATWG URL standard writes it.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  serialize: (url) => url,
});
