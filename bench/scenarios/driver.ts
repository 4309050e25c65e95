import { uploadBytes } from '../driver/multipart.ts';
import { uploadAll } from '../driver/upload-load.ts';
import { openQueryLoad } from '../driver/query-load.ts';
import { queryBytes } from '../driver/requests.ts';
import { createToken } from '../provider/token.ts';
import { TYPE_NAME } from './measure-queries.ts';
import { casesOf, type Scenario } from './scenario.ts';

const FILE_MIB = 8;

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export const driver: Scenario = {
  name: 'driver',
  title: 'The load driver alone',
  about:
    'What the driver can do: queries to a bare `node:http` server, which answers with a fixed text, ' +
    'and uploads straight into the fake provider. With a core of its own it can ask as often as its ' +
    'own CPU allows.',
  figures: [
    { key: 'perSecond', title: 'queries a second', better: null, digits: 0 },
    { key: 'cpuMicroseconds', title: 'CPU of the driver per query, µs', better: null, digits: 1 },
    { key: 'most', title: 'queries a second that its CPU allows', better: null, digits: 0 },
    { key: 'speed', title: 'uploads, MiB a second', better: null, digits: 0 },
    { key: 'cpu', title: 'CPU seconds of the driver per GiB', better: null, digits: 2 },
  ],
  cases: () => casesOf('bare'),
  async measure({ scale, provider, startSubject }) {
    const { endpoint } = await startSubject();
    using load = await openQueryLoad({
      endpoint,
      request: queryBytes(endpoint, { query: '{ __typename }' }),
      connections: 50,
      accepts: (body) => body.includes(TYPE_NAME),
    });
    await load.run(scale.warmUpSeconds);
    let cpuBefore = ownCpuSeconds();
    const { answers, seconds } = await load.run(scale.querySeconds);
    const cpuPerQuery = (ownCpuSeconds() - cpuBefore) / answers;

    const upstream = new URL(`${provider.url}/api/third/photo/upload`);
    const request = uploadBytes(upstream, {
      fileScalar: 'Upload',
      fileBytes: FILE_MIB * 1024 * 1024,
      headers: { token: createToken() },
    });
    cpuBefore = ownCpuSeconds();
    const sent = await uploadAll({
      endpoint: upstream,
      request,
      uploads: scale.uploads,
      together: 32,
    });
    const mebibytes = scale.uploads * FILE_MIB;
    return {
      perSecond: answers / seconds,
      cpuMicroseconds: cpuPerQuery * 1e6,
      most: 1 / cpuPerQuery,
      speed: mebibytes / sent.seconds,
      cpu: ((ownCpuSeconds() - cpuBefore) / mebibytes) * 1024,
    };
  },
};
