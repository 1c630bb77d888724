import { shorten } from '../../logic/src/limit-text';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { TextIcon } from './icons';

interface ChipProps {
  readonly query: string;
  /** The text is in pictures. */
  readonly isForWords?: boolean;
}

/** An example: a press searches for it. */
export function Chip({ query, isForWords = false }: ChipProps) {
  const { t } = useLanguage();
  return (
    <button
      type="button"
      className="chip"
      title={isForWords ? t.wordsExampleHint : query}
      onClick={() => {
        navigate({ query });
      }}
    >
      {isForWords && <TextIcon />}
      {shorten(query)}
    </button>
  );
}
