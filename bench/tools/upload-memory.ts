import { parseArgs } from 'node:util';
import { uploadBytes } from '../driver/multipart.ts';
import { uploadAll } from '../driver/upload-load.ts';
import { startProvider } from '../provider/start-provider.ts';
import { endOnSignals } from '../run/processes.ts';
import { startSubject } from '../subjects/start-subject.ts';
import { subjects } from '../subjects/subject.ts';

/** Measures memory of large uploads, also in front of a provider that takes them slowly. */
endOnSignals();
const { values } = parseArgs({
  options: {
    uploads: { type: 'string', default: '20' },
    megabytes: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    // MiB/s at which the provider accepts each upload; 0 for as fast as loopback carries it.
    pace: { type: 'string', default: '0' },
  },
});
const MIB = 1024 * 1024;
const uploads = Number(values.uploads);
const fileBytes = Number(values.megabytes) * MIB;
const bytesPerSecond = Number(values.pace) * MIB || Infinity;
const names = ['gateway', 'apollo', 'mercurius', 'yoga'] as const;

/** The peak memory above that of the idle process, in MiB. */
async function measure(name: (typeof names)[number]): Promise<number> {
  await using provider = await startProvider(bytesPerSecond);
  await using subject = await startSubject(name, { providerUrl: provider.url });
  const { endpoint, fileScalar, usage } = subject;
  const request = uploadBytes(endpoint, { fileScalar, fileBytes });
  // The first upload loads and compiles what every later one uses.
  await uploadAll({ endpoint, request, uploads: 1, together: 1 });
  const before = usage.residentBytes();
  usage.forgetPeak();
  await uploadAll({ endpoint, request, uploads, together: uploads });
  return (usage.peakResidentBytes() - before) / MIB;
}

console.log(
  `${uploads} concurrent uploads of ${values.megabytes} MiB, taken at ${bytesPerSecond / MIB} MiB/s each: peak of memory above idle`,
);
for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const name of names) {
    const mebibytes = (await measure(name)).toFixed(0);
    console.log(`  round ${round}  ${subjects[name].title.padEnd(14)} +${mebibytes} MiB`);
  }
}
