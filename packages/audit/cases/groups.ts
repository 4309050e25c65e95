import type { AuditCase } from '../case.ts';
import { acceptCases } from './accept.ts';
import { bulkCases } from './bulk.ts';
import { cutFormCases } from './cut-forms.ts';
import { disconnectCases } from './disconnects.ts';
import { duplicateCases } from './duplicates.ts';
import { fieldCases } from './fields.ts';
import { fileCases } from './files.ts';
import { inheritedPathCases } from './inherited-paths.ts';
import { mapCases } from './map.ts';
import { mediaTypeCases } from './media-types.ts';
import { ownNameCases } from './own-names.ts';
import { partHeaderCases } from './part-headers.ts';
import { simpleRequestCases } from './simple-requests.ts';
import { smugglingCases } from './smuggling.ts';
import { stallCases } from './stalls.ts';
import { streamRequestCases } from './stream-requests.ts';
import { streamCases } from './streams.ts';
import { uploadCases } from './uploads.ts';

/** Related cases, with the title that the table gives them. */
export interface CaseGroup {
  readonly title: string;
  readonly cases: readonly AuditCase[];
}

/** All cases, in the order of the table. */
export const caseGroups: readonly CaseGroup[] = [
  { title: 'Uploads', cases: uploadCases },
  { title: 'The fields of a form', cases: fieldCases },
  { title: 'The map', cases: mapCases },
  { title: 'The type of a form', cases: mediaTypeCases },
  { title: 'The headers of parts', cases: partHeaderCases },
  { title: 'Files, read and unread', cases: fileCases },
  { title: 'Duplicates and extras', cases: duplicateCases },
  { title: 'Forms that are cut off', cases: cutFormCases },
  { title: 'Forms that stall', cases: stallCases },
  { title: 'Clients that leave', cases: disconnectCases },
  { title: 'Bulk', cases: bulkCases },
  { title: 'Smuggled operations', cases: smugglingCases },
  { title: 'Requests that any page can send', cases: simpleRequestCases },
  { title: 'The type of the answer', cases: acceptCases },
  { title: 'Server-sent events: one subscription', cases: streamCases },
  { title: 'Server-sent events: requests', cases: streamRequestCases },
  { title: 'Inherited names', cases: [...ownNameCases, ...inheritedPathCases] },
];
