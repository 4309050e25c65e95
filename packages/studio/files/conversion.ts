import type { FileKind } from './file-kind.ts';

/** How a file was changed so that it can be sent. */
export interface Conversion {
  readonly kind: FileKind;
  /** The size of the file before. */
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Whether it was too large, and not only of another format. */
  readonly wasTooLarge: boolean;
}
