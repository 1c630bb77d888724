import { lazy, useId, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { filterChips, type ChipWords } from '../../logic/src/filter-chips';
import { NO_FILTER, type PageFilter } from '../../logic/src/page-filter';
import type { Match } from '../../logic/src/url-state';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { Chunk } from './chunk';
import { CloseIcon, CopyIcon, FilterIcon } from './icons';
import { MatchChoice } from './match-choice';

const FilterPanel = lazy(() => import('./filter-panel'));

interface Props {
  readonly filter: PageFilter;
  /** The collection whose values are offered; null: several. */
  readonly collection: string | null;
  /** Whether each picture is shown once; null: nothing is searched for. */
  readonly isOnce: boolean | null;
  /** What the text is compared with; null: there is no text, or no words were read. */
  readonly match: Match | null;
}

/** Below the search box: the conditions of the search, each of which goes away when it is pressed. */
export function FilterBar({ filter, collection, isOnce, match }: Props) {
  const { t, language } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const panel = useId();
  const words: ChipWords = {
    ...{
      placed: t.onlyPlaced,
      near: (near) => fill(t.nearChip, near),
      folder: (folder) => fill(t.folderChip, { folder }),
    },
    ...{ tag: (tag) => fill(t.tagChip, { tag }), pixels: (pixels) => fill(t.pixelsChip, { pixels }) },
  };
  const chips = filterChips(filter, words, language);
  return (
    <section className="filters" aria-label={t.filters}>
      <div className="filter-row">
        <button
          type="button"
          className="quiet filter-toggle"
          aria-expanded={isOpen}
          aria-controls={panel}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          <FilterIcon />
          {t.filters}
        </button>
        {isOnce !== null && (
          <button
            type="button"
            className="quiet"
            title={t.onceHint}
            aria-pressed={isOnce}
            onClick={() => {
              navigate({ isOnce: !isOnce });
            }}
          >
            <CopyIcon />
            {t.once}
          </button>
        )}
        {match !== null && <MatchChoice match={match} />}
        {chips.map(({ text, without }) => (
          <button
            key={text}
            type="button"
            className="chip condition"
            title={t.removeFilter}
            aria-label={`${t.removeFilter}: ${text}`}
            onClick={() => {
              navigate({ filter: without });
            }}
          >
            <span>{text}</span>
            <CloseIcon />
          </button>
        ))}
        {chips.length > 0 && (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              navigate({ filter: NO_FILTER });
            }}
          >
            {t.clearFilters}
          </button>
        )}
      </div>
      <div id={panel} hidden={!isOpen}>
        {isOpen && (
          <Chunk>
            <FilterPanel filter={filter} collection={collection} />
          </Chunk>
        )}
      </div>
    </section>
  );
}
