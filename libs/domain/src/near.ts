import type { Place } from './facts';

/** A circle on the earth, seen as a sphere. */
export interface Circle extends Place {
  readonly km: number;
}

/** A part of the earth between two latitudes, in degrees. */
export interface Bounds {
  readonly latitudes: readonly [from: number, to: number];
  /** One of these ranges; empty: every longitude. */
  readonly longitudes: readonly (readonly [from: number, to: number])[];
}

/** Mean radius of the earth (IUGG). */
export const EARTH_KM = 6_371.0088;
/** In km: a metre, and half of the circumference, because no two places are further apart. */
export const [MIN_NEAR_KM, MAX_NEAR_KM] = [0.001, 20_016];
/** Makes up for rounding: a tenth of a millimetre on the ground. */
const ROUNDING = 1e-9;

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;
const toDegrees = (radians: number): number => (radians * 180) / Math.PI;
const haversine = (radians: number): number => Math.sin(radians / 2) ** 2;

/** The great-circle distance of two places. */
export function distanceKm(a: Place, b: Place): number {
  const [from, to] = [toRadians(a.latitude), toRadians(b.latitude)];
  const h =
    haversine(to - from) + Math.cos(from) * Math.cos(to) * haversine(toRadians(b.longitude) - toRadians(a.longitude));
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Bounds that contain the circle. */
export function boundsAround({ latitude, longitude, km }: Circle): Bounds {
  const [centre, angle] = [toRadians(latitude), km / EARTH_KM];
  const [south, north] = [latitude - toDegrees(angle), latitude + toDegrees(angle)];
  // A circle around a pole has every longitude.
  const hasPole = south <= -90 || north >= 90;
  const width = hasPole ? 180 : toDegrees(Math.asin(Math.min(1, Math.sin(angle) / Math.cos(centre))));
  return bounds(south - ROUNDING, north + ROUNDING, longitude, width + ROUNDING);
}

/** Bounds that the circle contains. In a small circle they are the largest square. */
export function boundsWithin({ latitude, longitude, km }: Circle): Bounds {
  const [centre, angle] = [toRadians(latitude), km / EARTH_KM];
  const height = angle / Math.SQRT2;
  const [south, north] = [centre - height, centre + height];
  // The largest cosine of a latitude within the bounds, where its longitudes are furthest apart.
  const widest = south <= 0 && north >= 0 ? 1 : Math.max(Math.cos(south), Math.cos(north));
  const share = (haversine(angle) - haversine(height)) / (Math.cos(centre) * widest);
  const width = toDegrees(2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, share)))));
  return bounds(toDegrees(south) + ROUNDING, toDegrees(north) - ROUNDING, longitude, width - ROUNDING);
}

/** @param width from the longitude to each side, in degrees */
function bounds(south: number, north: number, longitude: number, width: number): Bounds {
  const latitudes = [south, north] as const;
  if (width >= 180) return { latitudes, longitudes: [] };
  const [west, east] = [longitude - width, longitude + width];
  // Over the date line there are two parts.
  if (west < -180) return { latitudes, longitudes: [[west + 360, 180], [-180, east]] }; // prettier-ignore
  if (east > 180) return { latitudes, longitudes: [[west, 180], [-180, east - 360]] }; // prettier-ignore
  return { latitudes, longitudes: [[west, east]] };
}
