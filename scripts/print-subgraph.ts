import { writeFileSync } from 'node:fs';
import { subgraphSdl } from '../src/graphql/subgraph-schema.ts';

// For composition: see docs/clients.md, "Federation".
writeFileSync(new URL('../schema/subgraph.graphql', import.meta.url), `${subgraphSdl}\n`);
