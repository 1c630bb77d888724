/** Points by their cells. */
export interface Cells {
  /** The points whose nearest cell it is. */
  members(cell: number): Uint32Array;
  /** The points that have it among their nearest cells, the members included. */
  visitors(cell: number): Uint32Array;
}

/** @param cellsOfPoints the nearest cells of each point, nearest first: `[points, probes]` */
export function cellsOf(cellsOfPoints: Uint16Array, probes: number, count: number): Cells {
  const points = cellsOfPoints.length / probes;
  const nearest = Uint16Array.from({ length: points }, (_, point) => cellsOfPoints[point * probes] as number);
  const members = listsOf(nearest, 1, count);
  const visitors = listsOf(cellsOfPoints, probes, count);
  return { members, visitors };
}

/** A counting sort: the places of each value, divided by `width`. */
function listsOf(values: Uint16Array, width: number, count: number): (value: number) => Uint32Array {
  const ends = new Uint32Array(count + 1);
  for (const value of values) ends[value + 1] = (ends[value + 1] as number) + 1;
  for (let i = 0; i < count; i++) ends[i + 1] = (ends[i + 1] as number) + (ends[i] as number);
  const starts = ends.slice();
  const places = new Uint32Array(values.length);
  values.forEach((value, at) => {
    const place = starts[value] as number;
    places[place] = Math.floor(at / width);
    starts[value] = place + 1;
  });
  return (value) => places.subarray(ends[value], ends[value + 1]);
}
