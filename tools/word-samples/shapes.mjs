// Parts of drawings as SVG, with the fonts of Debian's fonts-noto-cjk.
export const SANS = 'Noto Sans CJK SC';
export const SERIF = 'Noto Serif CJK SC';

/** A line of text. @param y of its baseline */
export function text(
  x,
  y,
  size,
  content,
  { fill = '#222', anchor = 'start', font = SANS, weight = 400, spacing = 0 } = {},
) {
  return `<text x="${x}" y="${y}" font-family="${font}" font-size="${size}" font-weight="${weight}" letter-spacing="${spacing}" fill="${fill}" text-anchor="${anchor}">${content}</text>`;
}

export function box(x, y, width, height, fill, radius = 0, more = '') {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" ${more}/>`;
}

/** The characters of a text below each other. @param y of the first baseline */
export function column(x, y, size, content, options) {
  return [...content]
    .map((one, i) => text(x, y + i * size * 1.18, size, one, { anchor: 'middle', ...options }))
    .join('');
}
