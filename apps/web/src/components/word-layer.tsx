import { placeLine, polygonPoints, type Point } from '../../logic/src/word-layer';

export interface PictureLine {
  readonly text: string;
  /** The corners, clockwise from the beginning of the text. */
  readonly box: readonly Point[];
}

interface Props {
  readonly image: { readonly width: number; readonly height: number };
  readonly lines: readonly PictureLine[];
  /** The corners of the lines that have words of the search. */
  readonly found: readonly (readonly Point[])[];
  /** Whether all lines are marked. */
  readonly marksAll: boolean;
}

/**
 * Over the picture: its words as invisible text, which can be selected and copied, and marks. Screen readers have the
 * list of lines beside the picture.
 */
export function WordLayer({ image: { width, height }, lines, found, marksAll }: Props) {
  return (
    <svg className="word-layer" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {marksAll &&
        lines.map(({ box }, i) => <polygon key={i} className="word-line" points={polygonPoints(box, width, height)} />)}
      {found.map((box, i) => (
        <polygon key={i} className="word-found" points={polygonPoints(box, width, height)} />
      ))}
      {lines.map((line, i) => (
        <Line key={i} line={line} width={width} height={height} />
      ))}
    </svg>
  );
}

function Line({
  line,
  width,
  height,
}: {
  readonly line: PictureLine;
  readonly width: number;
  readonly height: number;
}) {
  const place = placeLine(line.box, width, height);
  if (!place) return null;
  const { x, y, angle, length } = place;
  return (
    <text
      x={x}
      y={y}
      fontSize={place.height * 0.8}
      textLength={length}
      lengthAdjust="spacingAndGlyphs"
      dominantBaseline="central"
      transform={`rotate(${angle} ${x} ${y})`}
    >
      {line.text}
    </text>
  );
}
