/** Nine digits distinguish every float32 from its neighbours. */
const MOST_DIGITS = 9;
const USUAL_DIGITS = 8;

/** The shortest decimal that rounds to this float32. JavaScript would write the digits of the double. */
export function shortestFloat32(value: number): string {
  let digits = USUAL_DIGITS;
  const reads = (count: number): boolean => Math.fround(Number(value.toPrecision(count))) === value;
  if (!reads(digits)) digits = MOST_DIGITS;
  else while (digits > 1 && reads(digits - 1)) digits--;
  return String(Number(value.toPrecision(digits)));
}
