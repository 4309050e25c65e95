import { describeStore } from './support/store-conformance.ts';
import { createFleetFixture, createPostgresFixture } from './support/store-postgres-fixture.ts';

describeStore('PostgreSQL', createPostgresFixture);
describeStore('PostgreSQL, two of a fleet in turn', createFleetFixture);
