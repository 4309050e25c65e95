/** The number at `index`, which must exist. */
export function at(list: Float64Array, index: number): number {
  const value = list[index];
  if (value === undefined) throw new RangeError(`There is no number ${index} of ${list.length}.`);
  return value;
}

/**
 * The sum of the numbers before each number, starting with 0, and the total sum last. It has one
 * element more than `list`.
 */
export function runningSums(list: Float64Array): Float64Array {
  const sums = new Float64Array(list.length + 1);
  let sum = 0;
  for (let index = 0; index < list.length; index += 1) {
    sum += at(list, index);
    sums[index + 1] = sum;
  }
  return sums;
}

/** The interval of the ascending `list` that contains `value`, as the index of its lower end. */
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
