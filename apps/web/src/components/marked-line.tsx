import type { Marked } from '../../logic/src/mark-words';

export function MarkedLine({ marked: { before, match, after } }: { readonly marked: Marked }) {
  return (
    <>
      {before}
      {match !== '' && <mark>{match}</mark>}
      {after}
    </>
  );
}
