import { measureQueries, queryFigures, TYPE_NAME } from './measure-queries.ts';
import { casesOf, type Scenario } from './scenario.ts';

export const typename: Scenario = {
  name: 'typename',
  title: 'The smallest query',
  about: '`{ __typename }` as JSON over POST, on 50 keep-alive connections.',
  figures: queryFigures,
  cases: () => casesOf('gateway', 'apollo', 'mercurius', 'yoga', 'bare'),
  async measure({ scale, startSubject }) {
    const subject = await startSubject();
    return measureQueries(subject, { query: '{ __typename }' }, TYPE_NAME, scale);
  },
};
