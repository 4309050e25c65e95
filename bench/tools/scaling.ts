import { inputs } from '../scaling/inputs.ts';
import { scalingTables } from '../scaling/scaling.ts';

/** Prints the tables of docs/scaling.md. Change what is asked of the fleet in its inputs. */
console.log(scalingTables(inputs).join('\n'));
