import { uploadBytes } from '../driver/multipart.ts';
import { uploadAll, type UploadTally } from '../driver/upload-load.ts';
import { quantile } from '../measure/quantile.ts';
import type { Subject } from '../subjects/subject.ts';
import { casesOf, LIKE_PEERS, type Scenario } from './scenario.ts';

const MIB = 1024 * 1024;
const FILE_BYTES = 8 * MIB;
const WARM_UPLOADS = 4;
const NAMES = ['gateway', 'apollo', 'mercurius', 'yoga', 'nginx', 'bare'] as const;

/** Uploads photos; the first few load and compile what every later one uses. */
export async function openUploads({ endpoint, fileScalar }: Subject, fileBytes = FILE_BYTES) {
  const request = uploadBytes(endpoint, { fileScalar, fileBytes });
  const run = (uploads: number, together: number): Promise<UploadTally> =>
    uploadAll({ endpoint, request, uploads, together });
  await run(WARM_UPLOADS, 2);
  return run;
}

export const uploads: Scenario = {
  name: 'uploads',
  title: 'Uploads',
  about:
    'Photos of 8 MiB, 32 at once, each on a connection of its own, passed on to the provider. nginx ' +
    'passes the form on as it is, without buffering it; `node:http` pipes it. The gateway keeps no originals.',
  figures: [
    { key: 'speed', title: 'MiB a second', better: 'more', digits: 0 },
    { key: 'cpu', title: 'CPU seconds of the server per GiB', better: 'less', digits: 2 },
    { key: 'p50', title: 'half within, ms', better: 'less', digits: 0 },
    { key: 'p99', title: '99 of 100 within, ms', better: 'less', digits: 0 },
    { key: 'memory', title: 'memory over idle, MiB', better: 'less', digits: 0 },
  ],
  cases: () => casesOf(...NAMES),
  async measure({ scale, startSubject }) {
    const subject = await startSubject(LIKE_PEERS);
    const upload = await openUploads(subject);
    const [cpuBefore, idleBytes] = [subject.usage.cpuSeconds(), subject.usage.residentBytes()];
    subject.usage.forgetPeak();
    const { seconds, latenciesMs } = await upload(scale.uploads, 32);
    const mebibytes = (scale.uploads * FILE_BYTES) / MIB;
    return {
      speed: mebibytes / seconds,
      cpu: ((subject.usage.cpuSeconds() - cpuBefore) / mebibytes) * 1024,
      p50: quantile(latenciesMs, 0.5),
      p99: quantile(latenciesMs, 0.99),
      memory: (subject.usage.peakResidentBytes() - idleBytes) / MIB,
    };
  },
};

export const uploadMemory: Scenario = {
  name: 'upload-memory',
  title: 'Memory of uploads',
  about:
    'So many photos of 8 MiB at once, each once. A server that takes fewer at a time refuses the ' +
    'others, which try again.',
  figures: [
    { key: 'memory', title: 'memory over idle, MiB', better: 'less', digits: 0 },
    { key: 'refusals', title: 'refusals', better: null, digits: 0 },
  ],
  cases: ({ uploadsTogether }) =>
    uploadsTogether.flatMap((together) =>
      (['gateway', 'apollo', 'mercurius'] as const).map((subject) => ({
        subject,
        variant: `${together} at once`,
      })),
    ),
  async measure({ case: { variant }, startSubject }) {
    const together = Number.parseInt(variant);
    const subject = await startSubject(LIKE_PEERS);
    const upload = await openUploads(subject);
    const idleBytes = subject.usage.residentBytes();
    subject.usage.forgetPeak();
    const { refusals } = await upload(together, together);
    return { memory: (subject.usage.peakResidentBytes() - idleBytes) / MIB, refusals };
  },
};
