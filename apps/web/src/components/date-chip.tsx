import { fill } from '../../logic/src/dictionary';
import { formatRange } from '../../logic/src/format-date';
import { NO_FILTER } from '../../logic/src/page-filter';
import type { FindQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { CloseIcon } from './icons';
import { Notice } from './notices';

type Understood = NonNullable<FindQuery['search']['understood']>;

const searchAsWritten = (): void => {
  navigate({ readsDates: false });
};

/** How the date in the text was understood. It goes away when it is pressed; then the text is searched as it is. */
export function DateChip({ understood }: { readonly understood: Understood }) {
  const { t, language } = useLanguage();
  const { words, takenAfter, takenBefore } = understood;
  const range = formatRange(takenAfter, takenBefore, language);
  const text = words === range ? range : fill(t.understoodDate, { words, range });
  return (
    <button
      type="button"
      className="chip condition"
      title={t.searchAsWritten}
      aria-label={`${text}: ${t.searchAsWritten}`}
      onClick={searchAsWritten}
    >
      {text}
      <CloseIcon />
    </button>
  );
}

interface NoMatchProps {
  readonly understood: Understood | null;
  readonly hasFilter: boolean;
}

/** Shown in place of results when no picture matches the conditions. */
export function NoMatch({ understood, hasFilter }: NoMatchProps) {
  const { t, language } = useLanguage();
  const range = understood && formatRange(understood.takenAfter, understood.takenBefore, language);
  return (
    <Notice title={t.noMatchTitle} text={range === null ? t.noMatchText : fill(t.noMatchDate, { range })}>
      {understood && (
        <button type="button" className="primary" onClick={searchAsWritten}>
          {t.searchAsWritten}
        </button>
      )}
      {hasFilter && (
        <button
          type="button"
          onClick={() => {
            navigate({ filter: NO_FILTER });
          }}
        >
          {t.clearFilters}
        </button>
      )}
    </Notice>
  );
}
