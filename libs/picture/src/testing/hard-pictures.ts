/** A bitmap with one bit per pixel. Decoding takes seconds, and the pixels have 24 times the size of the file. */
export function slowBmp(width: number, height: number): Buffer {
  const stride = Math.ceil(width / 32) * 4;
  const file = Buffer.alloc(62 + stride * height);
  file.write('BM', 'latin1');
  file.writeUInt32LE(62, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 28);
  return file;
}

/** An SVG with hundreds of blurs, each of which takes a second. */
export function slowSvg(): Buffer {
  const filter = '<filter id="f"><feGaussianBlur stdDeviation="900"/></filter>';
  const blur = '<rect width="3000" height="3000" filter="url(#f)"/>';
  const head = '<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="3000">';
  return Buffer.from(`${head}${filter}${blur.repeat(500)}</svg>`);
}
