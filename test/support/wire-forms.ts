import type { ClientVersion } from './client-runs.ts';

/** The form of an upload, as a client writes it. */
export interface WireForm {
  readonly client: string;
  readonly version: ClientVersion;
  /** What the client needs so that its upload is accepted. */
  readonly needs?: string;
  /** What is special about the upload. */
  readonly more?: string;
  /** The headers of the request that matter, and none that the client does not send. */
  readonly headers: Readonly<Record<string, string>>;
  readonly boundary: string;
  /** The boundary as the header has it, if that is another. */
  readonly quotedBoundary?: string;
  /** The lines of each part. */
  readonly parts: readonly (readonly string[])[];
  /** What follows the last boundary. @default a line break */
  readonly end?: string;
}

export const QUERY = 'mutation ($file: Upload!) { read(file: $file) }';
export const OPERATIONS = JSON.stringify({ query: QUERY, variables: { file: null } });
export const MAP = JSON.stringify({ 0: ['variables.file'] });
export const PHOTO = 'the bytes of a picture';

const PREFLIGHT = { 'graphql-preflight': '1' };
const NEEDS_PREFLIGHT = 'the header `GraphQL-Preflight`';
const disposition = (name: string) => `Content-Disposition: form-data; name="${name}"`;
const lengthOf = (text: string) => `Content-Length: ${text.length}`;

const UUID = '6f3a1f6c-8b3e-4f6e-9d0a-1f2b3c4d5e6f';
const JSON_PART = 'Content-Type: application/json';

/** `UploadsHttpBody` and the headers of `DefaultHttpRequestComposer`. */
const apolloKotlin = {
  client: 'Apollo Kotlin',
  version: { source: '5.1' },
  headers: {
    'Apollo-Require-Preflight': 'true',
    Accept:
      'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
  },
  boundary: UUID,
} as const;
const apolloKotlinFields = [
  [disposition('operations'), JSON_PART, lengthOf(OPERATIONS), '', OPERATIONS],
  [disposition('map'), JSON_PART, lengthOf(MAP), '', MAP],
];

/** `MultipartFormData`. */
const apolloIos = {
  client: 'Apollo iOS',
  boundary: 'apollo-ios.boundary.4B5F2C9E-8D5A-4F0B-9C55-0B8D6A2F3C11',
  parts: [
    [disposition('operations'), '', OPERATIONS],
    [disposition('map'), '', MAP],
    [`${disposition('0')}; filename="photo.jpg"`, 'Content-Type: image/jpeg', '', PHOTO],
  ],
  end: '',
} as const;

/** `MultipartFormDataContent`, whose `Add` names the parts. */
const dotNet = {
  client: '.NET, `MultipartFormDataContent`',
  version: { source: '`04da5a1` of dotnet/runtime' },
  headers: PREFLIGHT,
  needs: NEEDS_PREFLIGHT,
  boundary: UUID,
  quotedBoundary: `"${UUID}"`,
} as const;
const TEXT_PART = 'Content-Type: text/plain; charset=utf-8';

const pythonRequests = {
  client: 'Python, requests',
  version: { captured: '2.28.1' },
  needs: NEEDS_PREFLIGHT,
  headers: { accept: '*/*', ...PREFLIGHT },
  boundary: 'cb3452260d7e29e2c3678712e56d5167',
} as const;

export const wireForms: readonly WireForm[] = [
  {
    ...apolloKotlin,
    parts: [
      ...apolloKotlinFields,
      [
        `${disposition('0')}; filename="photo.jpg"`,
        'Content-Type: image/jpeg',
        lengthOf(PHOTO),
        '',
        PHOTO,
      ],
    ],
  },
  {
    ...apolloKotlin,
    more: ' without a file name',
    parts: [
      ...apolloKotlinFields,
      [disposition('0'), 'Content-Type: image/jpeg', lengthOf(PHOTO), '', PHOTO],
    ],
  },
  {
    ...apolloIos,
    version: { source: '1.24' },
    headers: { 'X-APOLLO-OPERATION-NAME': 'UploadPhoto' },
  },
  {
    ...apolloIos,
    version: { source: '2.4' },
    needs: '`clientAwarenessMetadata: .enabledWithDefaults`, or a preflight header',
    headers: { 'apollographql-client-name': 'com.example.photos-apollo-ios' },
  },
  {
    client: 'Dart, `gql_http_link` over `http`',
    version: { source: '1.2.0 over 1.7.0-wip' },
    needs: '`defaultHeaders` with a preflight header',
    headers: { accept: '*/*', ...PREFLIGHT },
    boundary: 'dart-http-boundary-Hq.p+aZ_19xkO+c0b8zT4-R2mJkLwQvYd5uXfG7sN',
    parts: [
      ['content-disposition: form-data; name="operations"', '', OPERATIONS],
      ['content-disposition: form-data; name="map"', '', MAP],
      [
        'content-type: application/octet-stream',
        'content-disposition: form-data; name="0"; filename="photo.jpg"',
        '',
        PHOTO,
      ],
    ],
  },
  {
    ...dotNet,
    parts: [
      [TEXT_PART, 'Content-Disposition: form-data; name=operations', '', OPERATIONS],
      [TEXT_PART, 'Content-Disposition: form-data; name=map', '', MAP],
      [
        'Content-Type: image/jpeg',
        "Content-Disposition: form-data; name=0; filename=photo.jpg; filename*=utf-8''photo.jpg",
        '',
        PHOTO,
      ],
    ],
  },
  {
    ...dotNet,
    more: ' without a file name',
    parts: [
      [
        'Content-Type: application/json; charset=utf-8',
        'Content-Disposition: form-data; name=operations',
        '',
        OPERATIONS,
      ],
      ['Content-Disposition: form-data; name=map', '', MAP],
      ['Content-Disposition: form-data; name=0', '', PHOTO],
    ],
  },
  {
    client: 'Go, the client of gqlgen over `mime/multipart`',
    version: { source: '0.17' },
    needs: NEEDS_PREFLIGHT,
    headers: PREFLIGHT,
    boundary: 'b7955bd2e1d17b67ac157b9e9ddb6238888caefc6f3541920a1debad284d',
    parts: [
      [disposition('operations'), '', OPERATIONS],
      [disposition('map'), '', MAP],
      [`${disposition('0')}; filename="/tmp/photo.jpg"`, 'Content-Type: image/jpeg', '', PHOTO],
    ],
  },
  {
    client: 'Go, `mime/multipart`',
    version: { source: '1.25' },
    more: ' by `CreateFormField`',
    needs: NEEDS_PREFLIGHT,
    headers: PREFLIGHT,
    boundary: '4e1a6c0f6d4b2e8a9c7d5b3f1e0a8c6d4b2f0e9d7c5a3b1f4e1a6c0f6d4b',
    parts: [
      [disposition('operations'), '', OPERATIONS],
      [disposition('map'), '', MAP],
      [disposition('0'), '', PHOTO],
    ],
  },
  {
    client: 'OkHttp, `MultipartBody`',
    version: { source: '5.4' },
    needs: NEEDS_PREFLIGHT,
    headers: PREFLIGHT,
    boundary: UUID,
    parts: [
      [disposition('operations'), '', OPERATIONS],
      [disposition('map'), '', MAP],
      [`${disposition('0')}; filename="photo.jpg"`, 'Content-Type: image/jpeg', '', PHOTO],
    ],
  },
  {
    client: 'Retrofit over OkHttp',
    version: { source: '2.12-SNAPSHOT over 4' },
    more: ' by `@Part`, without a file name',
    needs: NEEDS_PREFLIGHT,
    headers: PREFLIGHT,
    boundary: UUID,
    parts: [
      ['operations', 'text/plain; charset=UTF-8', OPERATIONS] as const,
      ['map', 'text/plain; charset=UTF-8', MAP] as const,
      ['0', 'image/jpeg', PHOTO] as const,
    ].map(([name, type, text]) => [
      disposition(name),
      'Content-Transfer-Encoding: binary',
      `Content-Type: ${type}`,
      lengthOf(text),
      '',
      text,
    ]),
  },
  {
    client: 'Python, gql over aiohttp',
    version: { captured: '4.3.0b3 over 3.8.4' },
    needs: NEEDS_PREFLIGHT,
    headers: { accept: '*/*', ...PREFLIGHT },
    boundary: '908d5a4ab47a4bd8bd3250a762962ad1',
    parts: [
      [JSON_PART, disposition('operations'), '', OPERATIONS],
      [JSON_PART, disposition('map'), '', MAP],
      ['Content-Type: image/jpeg', `${disposition('0')}; filename="photo.jpg"`, '', PHOTO],
    ],
  },
  {
    client: 'Python, gql over requests',
    version: { captured: '4.3.0b3 over 2.28.1' },
    needs: NEEDS_PREFLIGHT,
    headers: { accept: '*/*', ...PREFLIGHT },
    boundary: '29aebfd16aac4a3bbe478f1d1d4c3993',
    parts: [
      [disposition('operations'), '', OPERATIONS],
      [disposition('map'), '', MAP],
      [`${disposition('0')}; filename="photo.jpg"`, '', PHOTO],
    ],
  },
  {
    ...pythonRequests,
    more: ', all parts among its `files`',
    parts: [
      [`${disposition('operations')}; filename="operations"`, '', OPERATIONS],
      [`${disposition('map')}; filename="map"`, '', MAP],
      [`${disposition('0')}; filename="0"`, '', PHOTO],
    ],
  },
  {
    ...pythonRequests,
    more: ' without a file name',
    parts: [
      [disposition('operations'), '', OPERATIONS],
      [disposition('map'), '', MAP],
      [disposition('0'), 'Content-Type: image/jpeg', '', PHOTO],
    ],
  },
];
