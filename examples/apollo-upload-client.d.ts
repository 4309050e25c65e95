/** The package tells its types in JSDoc, which TypeScript does not read there; this much of it is used. */
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
