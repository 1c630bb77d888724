import { useLanguage } from '../language';
import { navigate } from '../use-address';

/** Queries to start with; Chinese in every language, since that is what the models read. */
export function Examples() {
  const { t } = useLanguage();
  return (
    <div className="examples" role="group" aria-label={t.examplesLabel} lang="zh-CN">
      {t.examples.split('、').map((example) => (
        <button
          key={example}
          type="button"
          className="chip"
          onClick={() => {
            navigate({ query: example });
          }}
        >
          {example}
        </button>
      ))}
    </div>
  );
}
