import { scenarios } from '../scenarios/all.ts';
import { scales } from '../scenarios/scale.ts';
import { measureOnce } from './measure-once.ts';
import { task } from './messages.ts';
import { endOnSignals, onProcessEvent } from './processes.ts';

/** The process of one measurement: it makes what its argument says, tells the figures and ends. */
endOnSignals();
process.on('disconnect', () => process.exit(1));
// If this process is killed, its parent ends what it has started.
onProcessEvent((event) => process.send?.(event));

const { scenario: name, subject, variant, scale } = task.parse(JSON.parse(process.argv[2] ?? ''));
const scenario = scenarios.find((one) => one.name === name);
const known = new Map(Object.entries(scales)).get(scale);
const one =
  known &&
  scenario?.cases(known).find((each) => each.subject === subject && each.variant === variant);
if (scenario === undefined || known === undefined || one === undefined) {
  throw new Error(`nothing is measured so: ${process.argv[2]}`);
}
const found = await measureOnce(scenario, one, known);
if (process.send === undefined) console.log(found);
else process.send(found);
process.exit();
