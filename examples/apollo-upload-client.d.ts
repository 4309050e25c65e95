/**
 * The package declares its types in JSDoc, which TypeScript does not read there. This declares the
 * part that is used.
 */
declare module 'apollo-upload-client/UploadHttpLink.mjs' {
  import type { ApolloLink } from '@apollo/client';

  interface UploadHttpLinkOptions {
    readonly uri: string;
    readonly headers: Readonly<Record<string, string>>;
  }

  export default class UploadHttpLink extends ApolloLink {
    constructor(options: UploadHttpLinkOptions);
  }
}
