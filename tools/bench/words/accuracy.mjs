// How well lines that were read agree with the true lines of a picture, and with those of another reader.

/** Without spaces, which PP-OCR leaves out between English words, and in one form for each character. */
export const fold = (text) => text.normalize('NFKC').replace(/\s+/g, '');

/** The fewest changes that make the pattern a part of the text (Sellers 1980). */
function distanceToPart(pattern, text) {
  const characters = [...text];
  let row = new Array(characters.length + 1).fill(0);
  [...pattern].forEach((wanted, i) => {
    const next = [i + 1];
    characters.forEach((found, j) =>
      next.push(Math.min(row[j] + (found === wanted ? 0 : 1), row[j + 1] + 1, next[j] + 1)),
    );
    row = next;
  });
  return Math.min(...row);
}

/** Counts the true characters, and those that are not in the lines. A true line may be a part of a line, or be in two. */
export function countMissed(truth, lines) {
  const folded = lines.map(fold);
  const places = [...folded, folded.join('')];
  let [missed, total] = [0, 0];
  for (const line of truth.map(fold)) {
    const length = [...line].length;
    total += length;
    missed += Math.min(length, ...places.map((place) => distanceToPart(line, place)));
  }
  return { missed, total };
}

/** The lines of the first list that are in the second; each counts once. */
export function inBoth(first, second) {
  const left = second.map(fold);
  return first.map(fold).filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
