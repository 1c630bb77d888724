import { crc32, deflateSync } from 'node:zlib';

/** Primaries of a colour space (XYZ, D50), and the exponent of its tone curve. */
export interface Space {
  readonly red: readonly number[];
  readonly green: readonly number[];
  readonly blue: readonly number[];
  readonly gamma: number;
}

export const SPACES: Record<string, Space> = {
  'sRGB, approximated': {
    red: [0.4361, 0.2225, 0.0139],
    green: [0.3851, 0.7169, 0.0971],
    blue: [0.1431, 0.0606, 0.7141],
    gamma: 2.2,
  },
  'Adobe RGB': {
    red: [0.6097, 0.3111, 0.0195],
    green: [0.2053, 0.6257, 0.0609],
    blue: [0.1492, 0.0632, 0.7446],
    gamma: 2.199,
  },
  'Display P3': {
    red: [0.5151, 0.2412, -0.0011],
    green: [0.292, 0.6922, 0.0419],
    blue: [0.1571, 0.0666, 0.7841],
    gamma: 2.2,
  },
  ProPhoto: { red: [0.7977, 0.288, 0], green: [0.1352, 0.7119, 0], blue: [0.0313, 0.0001, 0.8249], gamma: 1.8 },
};

/** An ICC display profile, version 2, with a matrix and one tone curve (ICC.1:2001-04). */
export function rgbProfile({ red, green, blue, gamma }: Space): Buffer {
  const curve = block('curv', 4 + 2, (bytes) => {
    bytes.writeUInt32BE(1, 8);
    bytes.writeUInt16BE(Math.round(gamma * 256), 12);
  });
  const tags: [string, Buffer][] = [
    [
      'desc',
      block('desc', 4 + 5 + 78, (bytes) => {
        bytes.writeUInt32BE(5, 8);
        bytes.write('test\0', 12, 'latin1');
      }),
    ],
    ['cprt', block('text', 5, (bytes) => void bytes.write('none\0', 8, 'latin1'))],
    ['wtpt', xyz([0.9642, 1, 0.8249])],
    ['rXYZ', xyz(red)],
    ['gXYZ', xyz(green)],
    ['bXYZ', xyz(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  return profile('RGB ', tags);
}

/** A grey ICC profile with one tone curve. */
export function greyProfile(gamma: number): Buffer {
  const curve = block('curv', 6, (bytes) => {
    bytes.writeUInt32BE(1, 8);
    bytes.writeUInt16BE(Math.round(gamma * 256), 12);
  });
  return profile('GRAY', [
    ['desc', block('desc', 4 + 5 + 78, (bytes) => void bytes.writeUInt32BE(5, 8))],
    ['wtpt', xyz([0.9642, 1, 0.8249])],
    ['kTRC', curve],
  ]);
}

function profile(space: string, tags: readonly [string, Buffer][]): Buffer {
  const header = Buffer.alloc(128 + 4 + tags.length * 12);
  header.writeUInt32BE(0x02100000, 8);
  header.write(`mntr${space}XYZ `, 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  [0.9642, 1, 0.8249].forEach((value, i) => header.writeInt32BE(Math.round(value * 65_536), 68 + i * 4));
  header.writeUInt32BE(tags.length, 128);
  let at = header.length;
  tags.forEach(([name, bytes], i) => {
    header.write(name, 132 + i * 12, 'latin1');
    header.writeUInt32BE(at, 136 + i * 12);
    header.writeUInt32BE(bytes.length, 140 + i * 12);
    at += bytes.length;
  });
  header.writeUInt32BE(at, 0);
  return Buffer.concat([header, ...tags.map(([, bytes]) => bytes)]);
}

function xyz(values: readonly number[]): Buffer {
  return block('XYZ ', 12, (bytes) => {
    values.forEach((value, i) => bytes.writeInt32BE(Math.round(value * 65_536), 8 + i * 4));
  });
}

function block(type: string, size: number, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(Math.ceil((8 + size) / 4) * 4);
  bytes.write(type, 'latin1');
  fill(bytes);
  return bytes;
}

/** Inserts the profile after the header of a PNG. sharp would convert the pixels if it wrote the profile. */
export function pngWithProfile(png: Buffer, profile: Buffer): Buffer {
  const headerEnd = 33;
  const data = Buffer.concat([Buffer.from('iCCPtest\0\0', 'latin1'), deflateSync(profile)]);
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)]);
}
