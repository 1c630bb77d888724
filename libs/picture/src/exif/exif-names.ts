/**
 * What the numbers of EXIF fields stand for, in the words of EXIF 2.32. Numbers that are not here are given as numbers.
 */
export const NUMBER_WORDS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  ExposureProgram: {
    ...{ 1: 'manual', 2: 'normal program', 3: 'aperture priority', 4: 'shutter priority', 5: 'creative program' },
    ...{ 6: 'action program', 7: 'portrait mode', 8: 'landscape mode' },
  },
  MeteringMode: {
    ...{ 1: 'average', 2: 'center-weighted average', 3: 'spot', 4: 'multi-spot', 5: 'pattern', 6: 'partial' },
  },
  LightSource: {
    ...{ 1: 'daylight', 2: 'fluorescent', 3: 'tungsten', 4: 'flash', 9: 'fine weather', 10: 'cloudy', 11: 'shade' },
  },
  ExposureMode: { 0: 'auto exposure', 1: 'manual exposure', 2: 'auto bracket' },
  WhiteBalance: { 0: 'auto white balance', 1: 'manual white balance' },
  SceneCaptureType: { 0: 'standard', 1: 'landscape', 2: 'portrait', 3: 'night scene' },
  SensitivityType: { 1: 'standard output sensitivity', 2: 'recommended exposure index', 3: 'ISO speed' },
  ColorSpace: { 1: 'sRGB', 65_535: 'uncalibrated' },
  Contrast: { 0: 'normal', 1: 'soft', 2: 'hard' },
  Saturation: { 0: 'normal', 1: 'low saturation', 2: 'high saturation' },
  Sharpness: { 0: 'normal', 1: 'soft', 2: 'hard' },
  SubjectDistanceRange: { 1: 'macro', 2: 'close view', 3: 'distant view' },
  ResolutionUnit: { 1: 'none', 2: 'inch', 3: 'centimetre' },
};

/** The bits of Flash. */
export function flashWords(value: number): string {
  const parts = [value & 1 ? 'fired' : 'did not fire'];
  if ((value & 6) === 4) parts.push('no return light');
  if ((value & 6) === 6) parts.push('return light');
  if ((value & 24) === 24) parts.push('auto mode');
  if ((value & 24) === 8) parts.push('compulsory on');
  if ((value & 24) === 16) parts.push('compulsory off');
  if (value & 32) parts.push('no flash function');
  if (value & 64) parts.push('red-eye reduction');
  return parts.join(', ');
}
