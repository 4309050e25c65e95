import type { Scenario } from './scenario.ts';
import { openUploads } from './uploads.ts';

const MIB = 1024 * 1024;
/** A photo of a telephone, and one that is so small that only the work per upload counts. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ['8 MiB', 8 * MIB],
  ['50 kB', 50_000],
]);
/** So many small uploads take as long as one of 8 MiB, or so. */
const SMALL_UPLOADS = 8;
const SETTINGS = ['off', 'on'] as const;

export const originals: Scenario = {
  name: 'originals',
  title: 'Keeping originals',
  about:
    'Photos uploaded 32 at once, with and without a copy of each in the archive (`ARCHIVE_ORIGINALS`).',
  figures: [
    { key: 'perSecond', title: 'uploads a second', better: 'more', digits: 0 },
    { key: 'perUpload', title: 'CPU of the server per upload, ms', better: 'less', digits: 1 },
    { key: 'perGib', title: 'CPU seconds of the server per GiB', better: 'less', digits: 2 },
    { key: 'memory', title: 'memory over idle, MiB', better: 'less', digits: 0 },
  ],
  cases: () =>
    [...SIZES.keys()].flatMap((size) =>
      SETTINGS.map((setting) => ({ subject: 'gateway' as const, variant: `${size}, ${setting}` })),
    ),
  async measure({ case: { variant }, scale, startSubject }) {
    const [size = '', setting = ''] = variant.split(', ');
    const fileBytes = SIZES.get(size) ?? 0;
    const uploads = fileBytes < MIB ? scale.uploads * SMALL_UPLOADS : scale.uploads;
    const subject = await startSubject({ settings: { ARCHIVE_ORIGINALS: setting } });
    const upload = await openUploads(subject, fileBytes);
    const [cpuBefore, idleBytes] = [subject.usage.cpuSeconds(), subject.usage.residentBytes()];
    subject.usage.forgetPeak();
    const { seconds } = await upload(uploads, 32);
    const cpuSeconds = subject.usage.cpuSeconds() - cpuBefore;
    return {
      perSecond: uploads / seconds,
      perUpload: (cpuSeconds / uploads) * 1000,
      perGib: (cpuSeconds / (uploads * fileBytes)) * 1024 * MIB,
      memory: (subject.usage.peakResidentBytes() - idleBytes) / MIB,
    };
  },
};
