import { lazy } from 'react';

import { useLanguage } from '../language';
import type { Collection } from '../types';
import type { SearchHistory } from '../use-history';
import { Chip } from './chip';
import { Chunk } from './chunk';
import { CloseIcon } from './icons';
import { Recent } from './recent';

const OwnExamples = lazy(() => import('./own-examples'));
const HomeCollections = lazy(() => import('./home-collections'));

/** The collection of the pictures that come with Wentu, which show the fixed examples. */
const SAMPLES = 'samples';

interface Props {
  /** Whether several collections have pictures. */
  readonly hasOthers: boolean;
  readonly history: SearchHistory;
  /** Null: all collections. */
  readonly collection: Collection | null;
  /** Whether pictures have the words of the example for words. */
  readonly hasWords: boolean;
}

/** The start page: examples, recent searches, recent pictures, and the collections. */
export function Examples({ history, collection, hasWords, hasOthers }: Props) {
  const { t } = useLanguage();
  return (
    <>
      <div className="examples" role="group" aria-label={t.examplesLabel} lang="zh-CN">
        {collection === null || collection.name === SAMPLES ? (
          t.examples.split('、').map((example) => <Chip key={example} query={example} />)
        ) : (
          <Chunk>
            <OwnExamples collection={collection} />
          </Chunk>
        )}
        {hasWords && <Chip query={t.wordsExample} isForWords />}
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
      {collection !== null && <Recent collection={collection} />}
      {hasOthers && (
        <Chunk>
          <HomeCollections />
        </Chunk>
      )}
    </>
  );
}
