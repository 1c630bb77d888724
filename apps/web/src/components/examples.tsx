import { shorten } from '../../logic/src/limit-text';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import type { SearchHistory } from '../use-history';
import { CloseIcon } from './icons';

/** Example queries. They are Chinese in every language, because the models read Chinese. */
export function Examples({ history }: { readonly history: SearchHistory }) {
  const { t } = useLanguage();
  return (
    <>
      <div className="examples" role="group" aria-label={t.examplesLabel} lang="zh-CN">
        {t.examples.split('、').map((example) => (
          <Chip key={example} query={example} />
        ))}
      </div>
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

export function Chip({ query }: { readonly query: string }) {
  return (
    <button
      type="button"
      className="chip"
      title={query}
      onClick={() => {
        navigate({ query });
      }}
    >
      {shorten(query)}
    </button>
  );
}
