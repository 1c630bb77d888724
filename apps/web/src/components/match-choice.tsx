import { MATCHES, type Match } from '../../logic/src/url-state';
import { useLanguage } from '../language';
import { navigate } from '../use-address';

/** What the text is compared with: both, what the pictures show, or the words in them. */
export function MatchChoice({ match }: { readonly match: Match }) {
  const { t } = useLanguage();
  return (
    <div className="match-choice" role="group" aria-label={t.match}>
      {MATCHES.map((one) => (
        <button
          key={one}
          type="button"
          title={t[`${one}Hint`]}
          aria-pressed={one === match}
          onClick={() => {
            navigate({ match: one });
          }}
        >
          {t[one]}
        </button>
      ))}
    </div>
  );
}
