import { useQuery } from '@apollo/client/react';
import { useEffect, useRef } from 'react';

import { fill } from '../../logic/src/dictionary';
import { barsOf, isSameDays, isWithin } from '../../logic/src/months';
import { filterInput, type PageFilter } from '../../logic/src/page-filter';
import { MonthsDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { shareStyle } from './hit-tile';

interface Props {
  readonly collection: string;
  readonly filter: PageFilter;
}

const NO_DAYS = { from: null, to: null };

/** A bar for each month in which pictures were taken. A press on it, or on a year, shows the pictures of that time. */
export function Timeline({ collection, filter }: Props) {
  const { t, language, count } = useLanguage();
  const latest = useRef<HTMLDivElement>(null);
  const { data, previousData } = useQuery(MonthsDocument, {
    // All months stay when one of them is chosen.
    variables: { collection, filter: filterInput({ ...filter, ...NO_DAYS }) },
    fetchPolicy: 'cache-and-network',
  });
  const years = barsOf((data ?? previousData)?.facets[0]?.values ?? []);
  const isKnown = years.length > 0;
  useEffect(() => {
    // The newest months are at the right end.
    if (isKnown) latest.current?.scrollTo({ left: latest.current.scrollWidth });
  }, [isKnown]);
  if (years.reduce((sum, { months }) => sum + months.length, 0) < 2) return null;
  const named = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', {
    ...{ year: 'numeric', month: 'long', timeZone: 'UTC' },
  });
  const choose = (days: Pick<PageFilter, 'from' | 'to'>) => () => {
    navigate({ filter: { ...filter, ...(isSameDays(filter, days) ? NO_DAYS : days) } });
  };
  return (
    <div ref={latest} className="timeline" role="group" aria-label={t.timeline} tabIndex={0}>
      {years.map(({ year, months, days: ofYear }) => (
        <div key={year} className="timeline-year">
          <div className="timeline-months">
            {months.map(({ value, count: pictures, share, days }) => {
              const month = named.format(Date.parse(`${value}-01T00:00:00Z`));
              const label = fill(t.timelineMonth, { month, count: count(pictures) });
              return (
                <button
                  key={value}
                  type="button"
                  title={label}
                  aria-label={label}
                  className={isWithin(days, filter) ? 'is-within' : ''}
                  aria-pressed={isSameDays(filter, days)}
                  style={shareStyle(share)}
                  onClick={choose(days)}
                />
              );
            })}
          </div>
          <button type="button" className="quiet" aria-pressed={isSameDays(filter, ofYear)} onClick={choose(ofYear)}>
            {year}
          </button>
        </div>
      ))}
    </div>
  );
}
