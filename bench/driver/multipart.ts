import { postBytes, PREFLIGHT } from './requests.ts';

export interface UploadRequest {
  /** The scalar of files in the server's schema. */
  readonly fileScalar: string;
  readonly fileBytes: number;
  /** Headers beside those of every upload. */
  readonly headers?: Readonly<Record<string, string>>;
}

const BOUNDARY = 'bench-boundary-of-a-multipart-form';

function part(name: string, rest = ''): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
}

/**
 * The bytes of a request that uploads a picture of so many bytes, which begins as a JPEG does. It has
 * one file, whole in memory, which every upload shares: so sending costs the driver little.
 */
export function uploadBytes(url: URL, request: UploadRequest): Buffer {
  const { fileScalar, fileBytes, headers } = request;
  const operations = JSON.stringify({
    query: `mutation ($file: ${fileScalar}!) { uploadPhoto(file: $file, repairType: REPAIR) { id } }`,
    variables: { file: null },
  });
  const fields = `${part('operations')}${operations}\r\n${part('map')}{"0":["variables.file"]}\r\n`;
  const file = Buffer.alloc(fileBytes, 0x5a);
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]).copy(file);
  const body = Buffer.concat([
    Buffer.from(fields),
    Buffer.from(part('0', '; filename="photo.jpg"\r\nContent-Type: image/jpeg')),
    file,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  return postBytes(url, { 'content-type': type, ...PREFLIGHT, ...headers }, body);
}
