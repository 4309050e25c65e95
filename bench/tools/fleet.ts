import { parseArgs } from 'node:util';
import { fleetTable, type FleetFigures } from '../fleet/fleet-figures.ts';
import { fleetScales } from '../fleet/fleet-scale.ts';
import { measureFleet } from '../fleet/measure-fleet.ts';
import { describeMachine } from '../measure/machine.ts';
import { endOnSignals } from '../run/processes.ts';

/** Measures 1, 2 and 4 gateways on one PostgreSQL, beside one with an embedded store. */
endOnSignals();
const { values } = parseArgs({
  options: {
    // How many gateways; 0 for one with an embedded store.
    nodes: { type: 'string', default: '0,1,2,4' },
    rounds: { type: 'string', default: '1' },
  },
});
const columns = new Map<string, readonly FleetFigures[]>();
const titleOf = (count: number) =>
  count === 0 ? 'embedded store' : count === 1 ? '1 gateway' : `${count} gateways`;

for (let round = 1; round <= Number(values.rounds); round += 1) {
  for (const count of values.nodes.split(',').map(Number)) {
    const title = titleOf(count);
    console.error(`round ${round}: ${title}`);
    const figures = await measureFleet(count, fleetScales.full);
    columns.set(title, [...(columns.get(title) ?? []), figures]);
  }
}
console.log(`${describeMachine()}\n\n${fleetTable(columns)}`);
