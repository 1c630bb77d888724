import type { Attributes } from './attributes';
import { checkFilter, indexFilter, matches, type ImageFilter } from './filter';
import { distanceKm, MAX_NEAR_KM, type Circle } from './near';

const near = (circle: Circle): ImageFilter => ({ kind: 'near', ...circle });
const BEIJING = { latitude: 39.9042, longitude: 116.4074 };
const SHANGHAI = { latitude: 31.2304, longitude: 121.4737 };

test('distances are those of great circles', () => {
  expect(distanceKm(BEIJING, SHANGHAI)).toBeCloseTo(1_067.3, 0);
  expect(distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(111.2, 1);
  expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: 90, longitude: 123 })).toBeCloseTo(0, 9);
  expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 50 })).toBeLessThan(MAX_NEAR_KM);
  expect(distanceKm(BEIJING, BEIJING)).toBe(0);
});

test('a place at the edge of the circle is in it, and an image without a place is in none', () => {
  const edge = distanceKm(BEIJING, SHANGHAI);
  const at: Attributes = { ...SHANGHAI };
  expect(matches(near({ ...BEIJING, km: edge }), at)).toBe(true);
  expect(matches(near({ ...BEIJING, km: edge - 0.001 }), at)).toBe(false);
  expect(matches(near({ ...BEIJING, km: MAX_NEAR_KM }), {})).toBe(false);
  expect(matches(near({ ...BEIJING, km: MAX_NEAR_KM }), { latitude: 1 })).toBe(false);
  expect(matches({ kind: 'not', filter: near({ ...BEIJING, km: 1 }) }, {})).toBe(true);
});

describe('the filter for the index', () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  /** Places and circles near the poles, the date line and the equator are as frequent as others. */
  const pick = (values: readonly number[]): number => values[Math.floor(random() * values.length)] as number;
  const latitude = (): number =>
    Math.max(
      -90,
      Math.min(90, random() < 0.5 ? random() * 180 - 90 : pick([-90, -89.9, 0, 89.9, 90]) + random() - 0.5),
    );
  const longitude = (): number =>
    Math.max(-180, Math.min(180, random() < 0.5 ? random() * 360 - 180 : pick([-180, 0, 180]) + random() - 0.5));
  const km = (): number =>
    Math.min(MAX_NEAR_KM, pick([0.001, 0.1, 5, 60, 900, 5_000, 10_008, 20_016]) * (1 + random() / 9));
  /** Beside the circle or anywhere: a place at about its distance in a random direction. */
  const around = (circle: Circle): Attributes => {
    if (random() < 0.2) return { latitude: latitude(), longitude: longitude() };
    const [angle, bearing] = [(circle.km / 6_371) * (0.5 + random()), random() * 2 * Math.PI];
    const [at, east] = [circle.latitude, circle.longitude].map((degrees) => (degrees * Math.PI) / 180) as [
      number,
      number,
    ];
    const to = Math.asin(
      Math.max(-1, Math.min(1, Math.sin(at) * Math.cos(angle) + Math.cos(at) * Math.sin(angle) * Math.cos(bearing))),
    );
    const by = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(at),
      Math.cos(angle) - Math.sin(at) * Math.sin(to),
    );
    const degrees = ((east + by) * 180) / Math.PI;
    return { latitude: (to * 180) / Math.PI, longitude: ((((degrees + 180) % 360) + 360) % 360) - 180 };
  };

  test(`matches every image that matches, also under not (seed ${seed})`, () => {
    let [inside, outside] = [0, 0];
    for (let i = 0; i < 50_000; i++) {
      const circle = { latitude: latitude(), longitude: longitude(), km: km() };
      const attributes = around(circle);
      const filter = near(circle);
      const not: ImageFilter = { kind: 'not', filter };
      checkFilter(indexFilter(not));
      checkFilter(indexFilter(filter));
      const isInside = matches(filter, attributes);
      if (isInside) inside++;
      else outside++;
      const wanted: ImageFilter = isInside ? filter : not;
      expect([circle, attributes, matches(indexFilter(wanted), attributes)]).toEqual([circle, attributes, true]);
    }
    expect(Math.min(inside, outside)).toBeGreaterThan(10_000);
  });

  test('is not much larger than the circle, nor under not', () => {
    const circle = { ...SHANGHAI, km: 10 };
    const points = Array.from({ length: 20_000 }, () => ({
      latitude: SHANGHAI.latitude + (random() - 0.5) * 0.4,
      longitude: SHANGHAI.longitude + (random() - 0.5) * 0.4,
    }));
    const count = (filter: ImageFilter): number => points.filter((point) => matches(filter, point)).length;
    const [within, box] = [count(near(circle)), count(indexFilter(near(circle)))];
    const hole = points.length - count(indexFilter({ kind: 'not', filter: near(circle) }));
    expect(box / within).toBeLessThan(1.35);
    expect(hole / within).toBeGreaterThan(0.58);
  });

  test('keeps conditions, and the limits of an index', () => {
    const camera: ImageFilter = { kind: 'equal', attribute: 'camera', value: 'X' };
    expect(indexFilter({ kind: 'not', filter: { kind: 'not', filter: camera } })).toEqual({
      kind: 'not',
      filter: { kind: 'not', filter: camera },
    });
    const nested = (depth: number, inner: ImageFilter): ImageFilter =>
      depth === 0 ? inner : { kind: 'not', filter: nested(depth - 1, inner) };
    const circle = near({ latitude: 10, longitude: 179.9, km: 100 });
    checkFilter(nested(5, circle));
    checkFilter(indexFilter(nested(5, circle)));
    expect(() => checkFilter(nested(6, circle))).toThrow('more than 8 levels');
    const many = (count: number): ImageFilter => ({ kind: 'or', filters: Array.from({ length: count }, () => circle) });
    checkFilter(many(51));
    checkFilter(indexFilter(many(51)));
    expect(() => checkFilter(many(52))).toThrow('more than 256 terms');
  });
});

test.each([
  [{ latitude: 91, longitude: 0, km: 1 }, 'latitude 91'],
  [{ latitude: 0, longitude: -181, km: 1 }, 'longitude -181'],
  [{ latitude: NaN, longitude: 0, km: 1 }, 'latitude NaN'],
  [{ latitude: 0, longitude: 0, km: 0 }, 'within 0 km'],
  [{ latitude: 0, longitude: 0, km: 30_000 }, 'within 30000 km'],
  [{ latitude: 0, longitude: 0, km: NaN }, 'within NaN km'],
])('refuses the circle %j', (circle, message) => {
  expect(() => checkFilter(near(circle))).toThrow(message);
});
