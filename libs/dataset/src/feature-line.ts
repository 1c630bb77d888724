import { ItemError } from '@wentu/domain';

/**
 * A line `{"image_id": …, "feature": [ … ]}`, keys in any order, others passed over. The id comes as it is written: JSON.parse
 * would make a double of it, which corrupts ids above 2^53. Python writes NaN and Infinity, which JSON has not; they come
 * through as such for the caller to refuse.
 * @throws ItemError BAD_ROW
 */
export function parseFeatureLine(line: string): { id: string; feature: Float64Array } {
  const bad = (why: string): never => {
    throw new ItemError('BAD_ROW', `the line is no feature: ${why}; it should be {"image_id": …, "feature": [ … ]}`);
  };
  // Ids first, as strings; then what Python has beyond JSON, which can only stand between [ , and ].
  const quoted = line
    .replace(/("image_id"\s*:\s*)(-?\d+)(?=\s*[,}])/, '$1"$2"')
    .replace(/([[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]])/g, '$1null');
  let row: unknown;
  try {
    row = JSON.parse(quoted);
  } catch (error) {
    return bad((error as Error).message.slice(0, 120));
  }
  if (typeof row !== 'object' || row === null) return bad('it is no object');
  const { image_id: id, feature } = row as { image_id?: unknown; feature?: unknown };
  if (typeof id !== 'string') return bad('image_id is not there, or no whole number or string');
  if (!Array.isArray(feature)) return bad('feature is not there, or no list');
  const numbers = new Float64Array(feature.length);
  for (let i = 0; i < feature.length; i++) {
    const value: unknown = feature[i];
    if (typeof value !== 'number' && value !== null) return bad(`feature[${i}] is no number`);
    numbers[i] = value ?? Number.NaN;
  }
  return { id, feature: numbers };
}
