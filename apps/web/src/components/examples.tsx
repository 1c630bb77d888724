import { shorten } from '../../logic/src/limit-text';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import type { Collection } from '../types';
import type { SearchHistory } from '../use-history';
import { CloseIcon, TextIcon } from './icons';
import { Recent } from './recent';

interface Props {
  readonly history: SearchHistory;
  /** Null: all collections. */
  readonly collection: Collection | null;
  /** Whether pictures have the words of the example for words. */
  readonly hasWords: boolean;
}

/** Example queries. They are Chinese in every language, because the models read Chinese. */
export function Examples({ history, collection, hasWords }: Props) {
  const { t } = useLanguage();
  return (
    <>
      <div className="examples" role="group" aria-label={t.examplesLabel} lang="zh-CN">
        {t.examples.split('、').map((example) => (
          <Chip key={example} query={example} />
        ))}
        {hasWords && <Chip query={t.wordsExample} isForWords />}
      </div>
      {collection !== null && <Recent collection={collection} />}
      {history.queries.length > 0 && (
        <section className="history" aria-labelledby="history-title">
          <h2 id="history-title">{t.history}</h2>
          <div className="examples">
            {history.queries.map((query) => (
              <Chip key={query} query={query} />
            ))}
            <button type="button" className="quiet" onClick={history.clear}>
              <CloseIcon />
              {t.clearHistory}
            </button>
          </div>
        </section>
      )}
    </>
  );
}

interface ChipProps {
  readonly query: string;
  /** The text is in pictures. */
  readonly isForWords?: boolean;
}

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
