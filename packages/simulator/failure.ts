/** The four calls of docs/provider-api.md. */
export type Endpoint = 'upload' | 'status' | 'download' | 'nums';

/** A failure that docs/provider-api.md defines, by its `errno`. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly errno: number;

  constructor(errno: number, cause?: unknown) {
    super(`errno ${errno}`, { cause });
    this.errno = errno;
  }
}

const SHARED_MESSAGES: Readonly<Record<number, string>> = {
  500: '其他錯誤',
  9001: '參數錯誤',
  9005: '文件上傳類型不支持',
  9006: '上傳失敗',
  9009: '圖片異常,處理失敗',
  9101: '上傳次數不足',
  9999: 'token無效',
};

/** The document has a different text for 9002 in each call. */
const NOT_FOUND_MESSAGES: Readonly<Record<Endpoint, string>> = {
  upload: '數據未找到',
  status: '圖片不存在,請確認圖片是否上傳成功',
  download: '數據已失效,請重新上傳',
  nums: '數據未找到',
};

/**
 * The errno for any other error, from the document's table for `endpoint`: an upload has no 500.
 */
export function unexpectedErrno(endpoint: Endpoint): number {
  return endpoint === 'upload' ? 9006 : 500;
}

/** The text of an `errno`. An unknown one gets the text of 500. */
export function failureMessage(endpoint: Endpoint, errno: number): string {
  if (errno === 9002) return NOT_FOUND_MESSAGES[endpoint];
  return SHARED_MESSAGES[errno] ?? '其他錯誤';
}
