import type { Words } from './words.ts';

/** What the user can do about each failure. */
export const simplifiedFailures = {
  BAD_USER_INPUT: '这张照片未被接受，请移除后换一张试试。',
  UNSUPPORTED_FILE_TYPE: '暂不支持这种文件，请另存为 JPEG 或 PNG 后重新添加。',
  QUOTA_EXHAUSTED: '上传次数已用完，充值后再试。',
  UPLOAD_FAILED: '上传没有成功，请重试。',
  IMAGE_PROCESSING_FAILED: '这张照片无法修复，文件可能已损坏，换一份试试。',
  PHOTO_NOT_FOUND: '找不到这张照片了，请移除后重新添加原图。',
  PHOTO_NOT_READY: '照片还没修好，请稍后再试。',
  PHOTO_EXPIRED: '修复好的照片已被删除，重新添加原图即可再次修复。',
  ACCOUNT_NOT_FOUND: '修复服务的账户不存在，请联系管理员检查。',
  UPSTREAM_AUTH_FAILED: '修复服务未通过账户验证，请联系管理员处理后重试。',
  UPSTREAM_ERROR: '修复服务出了点问题，请稍后重试。',
  UPSTREAM_UNAVAILABLE: '暂时连不上修复服务，请过几分钟再试。',
  UPSTREAM_TIMEOUT: '修复服务响应超时，请稍后重试。',
  UPSTREAM_INVALID_RESPONSE: '修复服务返回了异常数据，请稍后重试。',
  WAIT_TIMEOUT: '这次等得比平时久，点“重试”继续等待。',
  STORE_UNAVAILABLE: '暂时读取不到我们的记录，请稍后重试。',
  IDEMPOTENCY_KEY_REUSED: '与之前的上传对不上了，请重新上传这张照片。',
  UPLOAD_OUTCOME_UNKNOWN: '没有收到回复，无法确认照片是否送达。重新上传更稳妥。',
  UNAUTHENTICATED: '需要访问密钥，请在上方输入后重试。',
  FORBIDDEN: '您没有权限进行此操作，请联系管理员。',
  RATE_LIMITED: '操作太频繁了，请稍等片刻再试。',
  INTERNAL_SERVER_ERROR: '我们这边出了点问题，请稍后重试。',
  OFFLINE: '网络连接中断，请检查网络后重试。',
  UNKNOWN: '出现了意外情况，请稍后重试。',
} as const satisfies Words['failures'];
