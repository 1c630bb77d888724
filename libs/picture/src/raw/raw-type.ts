import { TAG, type Tiff, type TiffDirectory } from '../tiff/directories';

/**
 * Photometric interpretations of sensor data: one colour per pixel (CFA), and linear values before development
 * (LinearRaw).
 */
const SENSOR_PHOTOMETRICS = new Set([32_803, 34_892]);
const MAKERS: readonly (readonly [maker: RegExp, mimeType: string])[] = [
  [/^nikon/i, 'image/x-nikon-nef'],
  [/^sony/i, 'image/x-sony-arw'],
  [/^(pentax|ricoh|asahi)/i, 'image/x-pentax-pef'],
  [/^samsung/i, 'image/x-samsung-srw'],
  [/^canon/i, 'image/x-canon-cr2'],
  [/^olympus|^om digital/i, 'image/x-olympus-orf'],
  [/^panasonic|^leica/i, 'image/x-panasonic-rw2'],
  [/^hasselblad/i, 'image/x-hasselblad-3fr'],
  [/^phase one/i, 'image/x-phaseone-iiq'],
  [/^kodak|^eastman/i, 'image/x-kodak-dcr'],
  [/^epson|^seiko/i, 'image/x-epson-erf'],
];

/** The RAW format of a TIFF, by its tags; null for an ordinary TIFF. */
export function rawTypeOf({ directories }: Tiff): string | null {
  const [first] = directories;
  if (!first) return null;
  if (first.numbers(TAG.dngVersion).length > 0) return 'image/x-adobe-dng';
  if (!directories.some(holdsSensorData)) return null;
  const make = first.text(TAG.make);
  return MAKERS.find(([maker]) => maker.test(make))?.[1] ?? 'image/x-dcraw';
}

function holdsSensorData(directory: TiffDirectory): boolean {
  return SENSOR_PHOTOMETRICS.has(directory.number(TAG.photometric, 0)) || directory.children.some(holdsSensorData);
}
