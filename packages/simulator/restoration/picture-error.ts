/**
 * `unsupported`: not a picture, or of an unsupported kind. `abnormal`: a picture that cannot be
 * processed.
 */
export type PictureFault = 'unsupported' | 'abnormal';

/** A file that cannot be restored. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
  readonly fault: PictureFault;

  constructor(fault: PictureFault, cause?: unknown) {
    super(`The picture is ${fault}.`, { cause });
    this.fault = fault;
  }
}
