import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { seeded } from './pictures';

const SAMPLES = join(__dirname, '../../../../samples');
const CAMERAS = {
  手机: { Make: 'Xiaomi', Model: '23013RK75C' },
  相机: { Make: 'NIKON CORPORATION', Model: 'NIKON D750' },
};
const PLACES = { 上海: [31, 14, 121, 30], 北京: [39, 54, 116, 23] } as const;
const PHOTO_FOLDERS = ['手机', '相机', '旅行/上海', '旅行/北京'] as const;

export interface LibraryPicture {
  /** The path below the folder of the library. */
  readonly path: string;
  /** The sample in it, such as `animals/dog-face`. */
  readonly sample: string;
  /** The local time of the camera, or the time of the file of a screenshot. */
  readonly taken: Date;
  readonly camera: 'Xiaomi 23013RK75C' | 'Nikon D750' | null;
  readonly place: keyof typeof PLACES | null;
  readonly width: number;
  readonly height: number;
  readonly tags: readonly string[];
  /** The picture that this one is a copy of. */
  readonly copyOf: string | null;
}

/**
 * Writes a folder like that of a family: photos of two cameras and of two journeys over three years up to the last one,
 * screenshots, and copies of a tenth of the photos, half of them exact and half of them smaller. Each shows a sample on
 * a grainy background. The same seed gives the same pictures.
 */
export async function writePhotoLibrary(folder: string, count: number, seed: number): Promise<LibraryPicture[]> {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const samples = await samplesOf(['animals', 'food', 'vehicles', 'places', 'plants']);
  const years = new Date().getFullYear();
  const library: LibraryPicture[] = [];
  const files: { picture: LibraryPicture; bytes: Buffer }[] = [];
  const copies = Math.floor(count / 10);
  for (let i = 0; i < count - copies; i++) {
    const sample = samples[i % samples.length] as string;
    const taken = new Date(Date.UTC(years - 3 + below(3), below(12), 2 + below(26), below(24), below(60)));
    const isScreenshot = i % 5 === 4;
    const home = PHOTO_FOLDERS[i % PHOTO_FOLDERS.length] as (typeof PHOTO_FOLDERS)[number];
    const [width, height] = isScreenshot ? [540, 1_170] : below(3) === 0 ? [900, 1_200] : [1_200, 900];
    const picture: LibraryPicture = {
      path: isScreenshot ? `截图/Screenshot_${i}.png` : `${home}/IMG_${i}.jpg`,
      ...{ sample, taken, width, height, copyOf: null },
      camera: isScreenshot ? null : home === '相机' ? 'Nikon D750' : 'Xiaomi 23013RK75C',
      place: isScreenshot ? null : home === '旅行/上海' ? '上海' : home === '旅行/北京' ? '北京' : null,
      tags: !isScreenshot && i % 7 === 0 ? ['家人'] : [],
    };
    library.push(picture);
    files.push({ picture, bytes: await draw(picture, below(2 ** 31)) });
  }
  const originals = files.filter(({ picture }) => picture.path.endsWith('.jpg'));
  for (let i = 0; i < copies; i++) {
    const { picture, bytes } = originals[Math.floor((i * originals.length) / copies)] as (typeof originals)[number];
    const [copy, scale] =
      i % 2 === 0
        ? [bytes, 1]
        : [
            await sharp(bytes)
              .resize(Math.round(picture.width / 3))
              .keepMetadata()
              .jpeg({ quality: 60 })
              .toBuffer(),
            3,
          ];
    const path = `备份/${picture.path.replaceAll('/', '-')}`;
    const copied = { ...picture, path, tags: [], copyOf: picture.path };
    library.push({ ...copied, width: Math.round(picture.width / scale), height: Math.round(picture.height / scale) });
    files.push({ picture: copied, bytes: copy });
  }
  for (const { picture, bytes } of files) {
    const path = join(folder, picture.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    await utimes(path, picture.taken, picture.taken);
    if (picture.tags.length > 0) await writeFile(`${path}.json`, JSON.stringify({ tags: picture.tags }));
  }
  return library;
}

async function samplesOf(groups: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    groups.map(async (group) =>
      (await readdir(join(SAMPLES, group)))
        .filter((name) => name.endsWith('.png'))
        .sort()
        .map((name) => `${group}/${name.slice(0, -4)}`),
    ),
  );
  return all.flat();
}

async function draw(
  { sample, taken, camera, place, width, height, path }: LibraryPicture,
  seed: number,
): Promise<Buffer> {
  const random = seeded(seed);
  const side = Math.round(Math.min(width, height) * (0.5 + random() * 0.4));
  const subject = await sharp(await readFile(join(SAMPLES, `${sample}.png`)))
    .flatten({ background: '#ffffff' })
    .resize(side, side)
    .toBuffer();
  const noise = { type: 'gaussian' as const, mean: 150 + random() * 90, sigma: 6 };
  const background = await sharp({ create: { width, height, channels: 3, background: '#888', noise } })
    .tint({ r: 150 + random() * 100, g: 150 + random() * 100, b: 150 + random() * 100 })
    .jpeg()
    .toBuffer();
  const [left, top] = [Math.floor(random() * (width - side)), Math.floor(random() * (height - side))];
  const picture = sharp(background).composite([{ input: subject, left, top }]);
  if (path.endsWith('.png')) return await picture.png({ compressionLevel: 1 }).toBuffer();
  const exif: Record<string, Record<string, string>> = {
    IFD0: camera === 'Nikon D750' ? CAMERAS.相机 : CAMERAS.手机,
    IFD2: { DateTimeOriginal: taken.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ') },
  };
  if (place) {
    const [north, northMinutes, east, eastMinutes] = PLACES[place];
    exif['IFD3'] = {
      ...{ GPSLatitudeRef: 'N', GPSLatitude: `${north}/1 ${northMinutes}/1 0/1` },
      ...{ GPSLongitudeRef: 'E', GPSLongitude: `${east}/1 ${eastMinutes}/1 0/1` },
    };
  }
  return await picture.withExif(exif).jpeg({ quality: 85 }).toBuffer();
}
