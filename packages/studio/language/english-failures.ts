import type { Words } from './words.ts';

/** What the user can do about each failure. */
export const englishFailures = {
  BAD_USER_INPUT: 'This photo wasn’t accepted. Remove it and try another one.',
  UNSUPPORTED_FILE_TYPE:
    'This kind of file can’t be restored. Save the photo as JPEG or PNG, then add it again.',
  QUOTA_EXHAUSTED: 'No uploads are left. Once the account is topped up, try again.',
  UPLOAD_FAILED: 'The upload didn’t get through. Please try again.',
  IMAGE_PROCESSING_FAILED:
    'This photo couldn’t be restored; its file may be damaged. Try another copy of it.',
  PHOTO_NOT_FOUND: 'This photo is no longer known. Remove it, then add the original again.',
  PHOTO_NOT_READY: 'This photo isn’t ready yet. Try again in a moment.',
  PHOTO_EXPIRED: 'The restored photo has been deleted. Add the original again to restore it.',
  ACCOUNT_NOT_FOUND: 'The restoration account isn’t known. Ask whoever runs this page to check it.',
  UPSTREAM_AUTH_FAILED:
    'The restoration service refused the account. Ask whoever runs this page, then try again.',
  UPSTREAM_ERROR: 'The restoration service had a problem. Try again in a moment.',
  UPSTREAM_UNAVAILABLE:
    'The restoration service can’t be reached right now. Try again in a few minutes.',
  UPSTREAM_TIMEOUT: 'The restoration service took too long. Try again in a moment.',
  UPSTREAM_INVALID_RESPONSE:
    'The restoration service gave an unreadable answer. Try again in a moment.',
  WAIT_TIMEOUT: 'This is taking longer than usual. Try again to keep waiting.',
  STORE_UNAVAILABLE: 'Our records can’t be reached right now. Try again in a moment.',
  IDEMPOTENCY_KEY_REUSED:
    'This upload no longer matches an earlier one. Upload the photo anew to restore it.',
  UPLOAD_OUTCOME_UNKNOWN:
    'The answer got lost, so nobody knows whether the photo arrived. Upload it anew to restore it.',
  UNAUTHENTICATED: 'An access key is needed. Enter it above, then try again.',
  FORBIDDEN: 'You may not do this here. Ask whoever runs this page for access.',
  RATE_LIMITED: 'That was too much at once. Wait a little, then try again.',
  INTERNAL_SERVER_ERROR: 'Something went wrong on our side. Try again in a moment.',
  OFFLINE: 'The connection broke. Check your network, then try again.',
  UNKNOWN: 'Something unexpected happened. Try again in a moment.',
} as const satisfies Words['failures'];
