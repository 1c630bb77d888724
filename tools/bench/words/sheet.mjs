// A drawing that knows the lines that were written on it.
import { box, text } from '../../word-samples/shapes.mjs';

export class Sheet {
  lines = [];
  #body = '';
  #size = [0, 0];

  /** @param random numbers from 0 to 1 */
  constructor(random) {
    this.random = random;
  }

  size(width, height, colour) {
    this.#size = [width, height];
    this.box(0, 0, width, height, colour);
  }

  box(...given) {
    this.#body += box(...given);
  }

  write(x, y, size, content, options) {
    this.lines.push(content);
    this.#body += text(x, y, size, content, options);
  }

  shape(svg) {
    this.#body += svg;
  }

  /** Everything until now is turned by so many degrees around the middle. */
  turn(degrees, behind) {
    const [width, height] = this.#size;
    this.#body = `${box(0, 0, width, height, behind)}<g transform="rotate(${degrees} ${width / 2} ${height / 2})">${this.#body}</g>`;
  }

  int(from, to) {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  pick(values) {
    return values[Math.floor(this.random() * values.length)];
  }

  /** Different values. */
  some(values, count) {
    const left = [...values];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.int(0, left.length - 1), 1)[0]);
  }

  colour(lightness = 45) {
    return `hsl(${this.int(0, 359)} ${this.int(35, 75)}% ${lightness}%)`;
  }

  digits(count) {
    return Array.from({ length: count }, (_, i) => this.int(i === 0 ? 1 : 0, 9)).join('');
  }

  money(most) {
    return `${this.int(1, most)}.${this.int(0, 9)}${this.int(0, 9)}`;
  }

  date() {
    return `${this.int(2021, 2026)}-${String(this.int(1, 12)).padStart(2, '0')}-${String(this.int(1, 28)).padStart(2, '0')}`;
  }

  svg() {
    const [width, height] = this.#size;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${this.#body}</svg>`;
  }
}
