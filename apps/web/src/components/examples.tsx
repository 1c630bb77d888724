import { fill } from '../../logic/src/dictionary';
import { shorten } from '../../logic/src/limit-text';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import type { SearchHistory } from '../use-history';
import { CloseIcon, TextIcon } from './icons';

interface Props {
  readonly history: SearchHistory;
  /** The number of pictures that can be looked through; 0: there is no such list. */
  readonly imageCount: number;
  /** Whether pictures have the words of the example for words. */
  readonly hasWords: boolean;
}

/** Example queries. They are Chinese in every language, because the models read Chinese. */
export function Examples({ history, imageCount, hasWords }: Props) {
  const { t, count } = useLanguage();
  return (
    <>
      <div className="examples" role="group" aria-label={t.examplesLabel} lang="zh-CN">
        {t.examples.split('、').map((example) => (
          <Chip key={example} query={example} />
        ))}
        {hasWords && <Chip query={t.wordsExample} isForWords />}
      </div>
      {imageCount > 0 && (
        <p className="browse-all">
          <button
            type="button"
            className="quiet"
            onClick={() => {
              navigate({ sort: '-taken' });
            }}
          >
            {fill(t.browseAll, { count: count(imageCount) })}
          </button>
        </p>
      )}
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
