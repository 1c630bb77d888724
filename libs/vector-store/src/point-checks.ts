import { InvalidInputError } from '@wentu/domain';

/** @throws InvalidInputError unless the id is a positive safe integer */
export function checkId(id: number): void {
  if (!isId(id)) throw new InvalidInputError(`point id ${id} is no positive safe integer; give the metadata row's id`);
}

export function isId(id: number): boolean {
  return Number.isSafeInteger(id) && id >= 1;
}

/** @throws InvalidInputError unless the value is an integer from `least` to `most` */
export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InvalidInputError(`${name} is ${value}; give an integer from ${least} to ${most}`);
}

/** @throws InvalidInputError unless the cosine is above 0 and at most 1 */
export function checkSimilarity(name: string, value: number): void {
  if (value > 0 && value <= 1) return;
  throw new InvalidInputError(`${name} is ${value}; give a cosine above 0 and at most 1`);
}

/**
 * @param what the vector's name in the message
 * @throws InvalidInputError unless it has the index's dimension and holds finite numbers only
 */
export function checkVector(what: string, vector: Float32Array, index: string, dimension: number): void {
  if (vector.length !== dimension) {
    throw new InvalidInputError(`${what} has ${vector.length} numbers; index '${index}' takes ${dimension}`);
  }
  // The sum is finite only if every number is: float32 squares cannot overflow a double.
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) * (vector[i] as number);
  if (!Number.isFinite(sum)) {
    throw new InvalidInputError(
      `${what} holds ${vector.find((value) => !Number.isFinite(value))}; give finite numbers`,
    );
  }
}
