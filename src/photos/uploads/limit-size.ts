import { GatewayError } from '../../common/errors.ts';

/** Passes `bytes` on, up to `maxFileSizeBytes`. @throws `FILE_TOO_LARGE` if there are more. */
export async function* limitSize(
  bytes: AsyncIterable<Uint8Array>,
  maxFileSizeBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxFileSizeBytes) throw fileTooLarge(maxFileSizeBytes);
    yield chunk;
  }
}

export function fileTooLarge(maxFileSizeBytes: number) {
  return new GatewayError(
    'FILE_TOO_LARGE',
    `The file is larger than the ${maxFileSizeBytes} bytes allowed: send a smaller picture.`,
  );
}
