import { boundsAround, EARTH_KM, type Circle } from '@wentu/domain';

/** 15 terms of the series of a haversine are exact to the last digits of a double for angles up to 180 degrees. */
const TERMS = 15;
const RADIANS = Math.PI / 180;
/** Coefficients of the squared angle in degrees: (−1)^(k+1) / (2 · (2k)!), k = 1 to TERMS. */
const COEFFICIENTS: readonly number[] = coefficients();

/**
 * The condition that the place of a row is in the circle, from `distanceKm`. SQLite has no trigonometry, so the
 * haversines are polynomials, on MySQL too.
 * @param add adds a parameter and returns its placeholder
 */
export function nearCondition(circle: Circle, add: (value: number) => string): string {
  const { latitude, km } = circle;
  const [[south, north], parts] = [boundsAround(circle).latitudes, partsAround(circle)];
  const largest = Math.sin(Math.min(Math.PI, km / EARTH_KM) / 2) ** 2;
  const between = haversine(`(i.latitude - ${add(latitude)})`);
  const cosines = `${add(Math.cos(latitude * RADIANS))} * (1 - 2 * ${haversine('i.latitude')})`;
  const inPart = parts.map(({ centre, west, east }) => {
    const across = haversine(`(i.longitude - ${add(centre)})`);
    const isNear = `${between} + ${cosines} * ${across} <= ${add(largest)}`;
    return `(i.longitude >= ${add(west)} AND i.longitude <= ${add(east)} AND ${isNear})`;
  });
  return `(i.latitude >= ${add(south)} AND i.latitude <= ${add(north)} AND (${inPart.join(' OR ')}))`;
}

/**
 * Horner's scheme with all parentheses at its beginning: SQLite parses few nested ones.
 * @param angle an expression in degrees
 */
function haversine(angle: string): string {
  const square = `${angle} * ${angle}`;
  const sum = COEFFICIENTS.reduceRight(
    (rest, each) => (rest === '' ? `${each}` : `(${rest} * ${square} + ${each})`),
    '',
  );
  return `(${sum} * ${square})`;
}

function coefficients(): number[] {
  const found: number[] = [];
  let each = RADIANS ** 2 / 4;
  for (let k = 1; k <= TERMS; k++) {
    found.push(each);
    each *= -(RADIANS ** 2) / ((2 * k + 1) * (2 * k + 2));
  }
  return found;
}

interface Part {
  readonly centre: number;
  readonly west: number;
  readonly east: number;
}

/** The longitudes of the box, in parts whose longitudes are at most 180 degrees from a centre. */
function partsAround(circle: Circle): Part[] {
  const { longitudes } = boundsAround(circle);
  const ranges = longitudes.length === 0 ? [[-180, 180] as const] : longitudes;
  const centres = [circle.longitude - 360, circle.longitude, circle.longitude + 360];
  return centres.flatMap((centre) =>
    ranges
      .map(([from, to]) => ({ centre, west: Math.max(from, centre - 180), east: Math.min(to, centre + 180) }))
      .filter(({ west, east }) => west <= east),
  );
}
