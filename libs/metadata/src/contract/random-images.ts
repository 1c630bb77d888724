import {
  distanceKm,
  MAX_NEAR_KM,
  MIN_NEAR_KM,
  NO_FACTS,
  OWN_KINDS,
  ownAttribute,
  TAGS,
  type ImageFacts,
  type ImageFilter,
  type NewImage,
  type OwnAttributes,
  type OwnValue,
} from '@wentu/domain';
import { newImage } from './bench';

/** mulberry32: the same seed gives the same numbers, 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values that databases compare in different ways: case, accents, spaces at the end, wildcards, other planes. */
const TEXTS = [
  'Nikon D750',
  'nikon d750',
  'NIKON D750',
  'Nikon D750 ',
  'Nikon%',
  'Nikon_',
  'Níkon',
  '相机',
  '𠮷',
  "a'b",
  'a\\',
  '0',
];
const FOLDERS = [
  'a',
  'A',
  'a ',
  'a/b',
  'a/B',
  'a/b%',
  'a%',
  'a_c',
  'abc',
  'á',
  'a/b c',
  '旅行/𠮷',
  'a/\u0001',
  'a0',
  'a/b\\',
];
const TYPES = ['image/png', 'image/jpeg', 'image/PNG'];
const TIMES = [-4_000_000_000_000, -1, 0, 1, 1_700_000_000_000, 1_700_000_000_001, 4_000_000_000_000];
const DEGREES = [0, 0.5, 1e-4, 10.123456, 45, 89.9999, 90];

export class RandomImages {
  constructor(private readonly random: () => number) {}

  /** An image with few distinct values, so that filters match some images and not others. */
  image(id: number): NewImage {
    const { random } = this;
    return {
      ...newImage(id, `${this.of(FOLDERS)}/${id}`),
      mimeType: this.of(TYPES),
      width: Math.ceil(5 * random()),
      height: Math.ceil(3 * random()),
      sizeBytes: this.of([1, 2, 3, 2 ** 40]),
      facts: this.facts(),
      ...(random() < 0.7 ? { given: { ...this.given(), key: 'k' } } : {}),
    };
  }

  filter(levels = 3): ImageFilter {
    const kind = levels === 0 ? 'condition' : this.of(['and', 'or', 'not', 'condition', 'condition']);
    if (kind === 'not') return { kind, filter: this.filter(levels - 1) };
    if (kind === 'condition') return this.condition();
    return {
      kind: kind === 'and' ? 'and' : 'or',
      filters: [1, 2, 3].slice(Math.floor(3 * this.random())).map(() => this.filter(levels - 1)),
    };
  }

  /** One name has values of every type, in different images. */
  private given(): OwnAttributes {
    const value = this.of<OwnValue>([
      { kind: 'string', value: this.of(TEXTS).trim() },
      { kind: 'number', value: this.number() },
      { kind: 'boolean', value: this.random() < 0.5 },
      { kind: 'date', value: this.of(TIMES) },
    ]);
    return {
      tags: [...new Set([this.of(TEXTS), this.of(FOLDERS)].map((text) => text.trim()))],
      attributes: [{ name: 'p', ...value }],
    };
  }

  private condition(): ImageFilter {
    const own = [TAGS, TAGS, ...OWN_KINDS.map((kind) => ownAttribute('p', kind))];
    const texts = ['imageId', 'mimeType', 'takenAtSource', 'camera', 'lens'];
    const numbers = ['width', 'height', 'sizeBytes', 'takenAt', 'takenAtOffset', 'latitude', 'longitude'];
    const attribute = this.of([...texts, ...numbers, ...own, 'constructor', 'unknown']);
    switch (this.of(['exists', 'equal', 'oneOf', 'range', 'inFolder', 'near', 'near', 'takenLocally'] as const)) {
      case 'exists':
        return { kind: 'exists', attribute };
      case 'equal':
        return { kind: 'equal', attribute, value: this.value() };
      case 'oneOf':
        return { kind: 'oneOf', attribute, values: [this.value(), this.value(), this.value()] };
      case 'range':
        return { kind: 'range', attribute: this.of([...numbers, ...own]), ...this.ends() };
      case 'takenLocally':
        return { kind: 'takenLocally', ...this.ends() };
      case 'inFolder':
        return {
          kind: 'inFolder',
          attribute: this.of(['imageId', 'imageId', 'imageId', 'camera', TAGS]),
          folder: this.of(FOLDERS),
        };
      case 'near': {
        const centre = this.place();
        const edge = distanceKm(centre, this.place());
        // A place that is exactly at the edge may be on either side, because each database rounds in its own way.
        const km = this.random() < 0.3 ? 20_016 * this.random() ** 4 : edge * this.of([0.999_999, 1.000_001]);
        return { kind: 'near', ...centre, km: Math.min(MAX_NEAR_KM, Math.max(MIN_NEAR_KM, km)) };
      }
    }
  }

  private ends(): { readonly from?: number; readonly to?: number } {
    const [from, to] = [this.number(), this.number()].sort((a, b) => a - b) as [number, number];
    return this.of([{ from }, { to }, { from, to }]);
  }

  private facts(): ImageFacts {
    const known = (): boolean => this.random() < 0.6;
    if (this.random() < 0.2) return NO_FACTS;
    return {
      takenAt: known()
        ? {
            atMs: this.of(TIMES),
            offsetMinutes: known() ? this.of([0, 480, -210]) : null,
            source: this.of(['EXIF', 'FILE']),
          }
        : null,
      camera: known() ? this.of(TEXTS) : null,
      lens: known() ? this.of(TEXTS) : null,
      place: known() ? this.place() : null,
      orientation: known() ? 6 : null,
    };
  }

  private place(): { latitude: number; longitude: number } {
    const { random } = this;
    const sign = (): number => (random() < 0.5 ? -1 : 1);
    if (random() < 0.3) return { latitude: round(180 * random() - 90), longitude: round(360 * random() - 180) };
    return { latitude: sign() * this.of(DEGREES), longitude: sign() * this.of([...DEGREES, 179.9999, 180]) };
  }

  private value(): string | number | boolean {
    const { random } = this;
    if (random() < 0.1) return random() < 0.5;
    return random() < 0.6
      ? this.of([...TEXTS, ...TYPES, 'EXIF', 'FILE', 'a\uD842', `${this.of(FOLDERS)}/1`])
      : this.number();
  }

  private number(): number {
    return this.of([...TIMES, ...DEGREES, -0.5, 1, 2, 2.5, 3, 2 ** 40, 1e300, -1e300, 1e-300]);
  }

  private of<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }
}

/** Databases write a double of more digits into a statement and back with a rounding of the last one. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
