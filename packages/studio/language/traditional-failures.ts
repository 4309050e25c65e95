import type { Words } from './words.ts';

/** What the user can do about each failure. */
export const traditionalFailures = {
  BAD_USER_INPUT: '這張照片未被接受，請移除後換一張試試。',
  UNSUPPORTED_FILE_TYPE: '暫不支援這種檔案，請另存為 JPEG 或 PNG 後重新加入。',
  QUOTA_EXHAUSTED: '上傳次數已用完，儲值後再試。',
  UPLOAD_FAILED: '上傳沒有成功，請重試。',
  IMAGE_PROCESSING_FAILED: '這張照片無法修復，檔案可能已損壞，換一份試試。',
  PHOTO_NOT_FOUND: '找不到這張照片了，請移除後重新加入原圖。',
  PHOTO_NOT_READY: '照片還沒修好，請稍後再試。',
  PHOTO_EXPIRED: '修復好的照片已被刪除，重新加入原圖即可再次修復。',
  ACCOUNT_NOT_FOUND: '修復服務的帳戶不存在，請聯絡管理員檢查。',
  UPSTREAM_AUTH_FAILED: '修復服務未通過帳戶驗證，請聯絡管理員處理後重試。',
  UPSTREAM_ERROR: '修復服務出了點問題，請稍後重試。',
  UPSTREAM_UNAVAILABLE: '暫時連不上修復服務，請過幾分鐘再試。',
  UPSTREAM_TIMEOUT: '修復服務回應超時，請稍後重試。',
  UPSTREAM_INVALID_RESPONSE: '修復服務傳回了異常資料，請稍後重試。',
  WAIT_TIMEOUT: '這次等得比平常久，按「重試」繼續等待。',
  STORE_UNAVAILABLE: '暫時讀取不到我們的記錄，請稍後重試。',
  IDEMPOTENCY_KEY_REUSED: '與之前的上傳對不上了，請重新上傳這張照片。',
  UPLOAD_OUTCOME_UNKNOWN: '沒有收到回覆，無法確認照片是否送達。重新上傳更穩妥。',
  UNAUTHENTICATED: '需要存取金鑰，請在上方輸入後重試。',
  FORBIDDEN: '您沒有權限進行此操作，請聯絡管理員。',
  RATE_LIMITED: '操作太頻繁了，請稍等片刻再試。',
  INTERNAL_SERVER_ERROR: '我們這邊出了點問題，請稍後重試。',
  OFFLINE: '網路連線中斷，請檢查網路後重試。',
  UNKNOWN: '出現了意外情況，請稍後重試。',
} as const satisfies Words['failures'];
