/** The number at `index`, which must exist. */
export function at(list: Float64Array, index: number): number {
  const value = list[index];
  if (value === undefined) throw new RangeError(`There is no number ${index} of ${list.length}.`);
  return value;
}

/** What is summed before each number, from 0 on, and last the whole sum: one longer than `list`. */
export function runningSums(list: Float64Array): Float64Array {
  const sums = new Float64Array(list.length + 1);
  let sum = 0;
  for (let index = 0; index < list.length; index += 1) {
    sum += at(list, index);
    sums[index + 1] = sum;
  }
  return sums;
}

/** Where in the ascending `list` the interval is that holds `value`: the index of its lower end. */
export function intervalOf(list: Float64Array, value: number): number {
  let low = 0;
  let high = list.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(list, middle) <= value) low = middle;
    else high = middle;
  }
  return low;
}
