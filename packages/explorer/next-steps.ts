import type { ResultPhotos } from './result-photos.ts';
import { MAX_FOLLOWED } from './session.ts';

/** A suggested next step: an example, to be run with these variables. */
export interface NextStep {
  readonly label: string;
  readonly example: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Leads from the upload to the waiting to the address, and on from a list. */
export function nextStepsOf({ id, status, listed, code }: ResultPhotos): readonly NextStep[] {
  const steps: NextStep[] = [];
  if (id !== null && (status === 'PROCESSING' || code === 'PHOTO_NOT_READY')) {
    steps.push(waitFor('Wait for this photo in PhotoReady', id));
  }
  if (id !== null && code === 'WAIT_TIMEOUT') steps.push(waitFor('Wait on in PhotoReady', id));
  if (id !== null && status === 'READY')
    steps.push(addressOf('Get its address in DownloadUrl', id));
  const pending = idsOf(listed, 'PROCESSING').slice(0, MAX_FOLLOWED);
  if (pending.length > 0) {
    const photos = pending.length === 1 ? 'the photo' : `the ${pending.length} photos`;
    const label = `Wait for ${photos} still PROCESSING in PhotosReady`;
    steps.push({ label, example: 'PhotosReady', variables: { ids: pending } });
  }
  const [newest] = idsOf(listed, 'READY');
  if (newest !== undefined) {
    steps.push(addressOf('Get the address of the newest READY one in DownloadUrl', newest));
  }
  return steps;
}

function waitFor(label: string, id: string): NextStep {
  return { label, example: 'PhotoReady', variables: { id } };
}

function addressOf(label: string, id: string): NextStep {
  return { label, example: 'DownloadUrl', variables: { id } };
}

function idsOf(listed: ResultPhotos['listed'], status: string): readonly string[] {
  return listed.filter((photo) => photo.status === status).map(({ id }) => id);
}
