import { useQuery } from '@apollo/client/react';
import { lazy, useCallback, useEffect, useState } from 'react';

import type { NamedFile } from '../logic/src/files';
import { pickCollection } from '../logic/src/pick-collection';
import { Chunk } from './components/chunk';
import { Examples } from './components/examples';
import { Header } from './components/header';
import { CollectionsFailed, EmptyCollection, NoCollection, UnknownCollection } from './components/notices';
import { Results } from './components/results';
import { SearchBox } from './components/search-box';
import { CollectionsDocument, type SearchQuery } from './generated/operations';
import { useLanguage } from './language';
import { base64Of } from './shrink-picture';
import { useAddress } from './use-address';
import { useChanges } from './use-changes';
import { useHistory } from './use-history';
import { useLoadJob } from './use-load-job';
import { usePicture } from './use-picture';
import { useUpload } from './use-upload';

// What most visits do not need comes when it is asked for.
const LoadPanel = lazy(() => import('./components/load-panel'));
const CollectionsView = lazy(() => import('./components/collections-view'));

export function App() {
  const { t } = useLanguage();
  const address = useAddress();
  const { query, like, view } = address;
  const history = useHistory();
  const load = useLoadJob();
  /** The collection to propose; null while the panel is closed. */
  const [panel, setPanel] = useState<string | null>(null);
  const [files, setFiles] = useState<readonly NamedFile[] | null>(null);
  const upload = useUpload((id) => {
    setFiles(null);
    load.follow(id);
  });
  // Others load too: what another page or the command line changed shows at the next visit.
  const { data, error, refetch } = useQuery(CollectionsDocument, { fetchPolicy: 'cache-and-network' });
  const collections = data?.collections;
  const collection = collections && pickCollection(collections, address.collection);

  const proposed = address.collection ?? 'default';
  const openLoad = () => {
    setPanel(proposed);
  };
  const onFiles = useCallback(
    (dropped: readonly NamedFile[]) => {
      setFiles(dropped);
      setPanel(proposed);
    },
    [proposed],
  );
  const picture = usePicture(query !== '' || like !== null, panel !== null, onFiles);
  const home = view === 'search' && query === '' && like === null && picture.picture === null;
  const shown = view === 'search' && !home ? collection?.name : undefined;
  const changes = useChanges(collections, shown);

  useEffect(() => {
    const what = view === 'collections' ? t.collections : query || like;
    document.title = what ? `${what} · ${t.appName}` : t.appName;
  }, [view, query, like, t]);

  const sought = (): SearchQuery => {
    if (picture.picture !== null) return { picture: base64Of(picture.picture) };
    return like === null ? { text: query } : { imageId: like };
  };
  const results = () => {
    if (!collections) return error && <CollectionsFailed error={error} onRetry={() => void refetch()} />;
    if (!collection) {
      return address.collection === null ? (
        <NoCollection onLoad={openLoad} />
      ) : (
        <UnknownCollection name={address.collection} onLoad={openLoad} />
      );
    }
    if (collection.imageCount === 0) return <EmptyCollection name={collection.name} onLoad={openLoad} />;
    if (home) return <Examples history={history} />;
    const what = sought();
    return (
      <Results
        sought={what}
        collection={collection}
        isStale={changes.stale === collection.name}
        onRefresh={changes.refresh}
        onSearched={history.add}
      />
    );
  };

  return (
    <div className={home ? 'page page-home' : 'page'}>
      <Header
        view={view}
        job={load.job}
        sending={upload.progress?.share ?? null}
        onLoad={openLoad}
        onHome={picture.clear}
      />
      <main>
        {view === 'collections' ? (
          <Chunk>
            <CollectionsView onLoad={setPanel} />
          </Chunk>
        ) : (
          <>
            <div className="search">
              {home && (
                <div className="hero">
                  <h1>{t.title}</h1>
                  <p>{t.subtitle}</p>
                </div>
              )}
              <SearchBox query={query} collections={collections} collection={collection} picture={picture} />
              {picture.unreadable && (
                <p className="search-note" role="alert">
                  {t.unreadablePicture}
                </p>
              )}
            </div>
            {results()}
          </>
        )}
      </main>
      {picture.dragging && <div className="drop-target">{panel === null ? t.dropPicture : t.dropFiles}</div>}
      {panel !== null && (
        <Chunk>
          <LoadPanel
            load={load}
            upload={upload}
            files={files}
            onFiles={setFiles}
            collections={collections ?? []}
            collection={panel}
            onClose={() => {
              setPanel(null);
              // What is being sent is still needed.
              if (upload.progress === null) {
                setFiles(null);
                upload.clear();
              }
            }}
          />
        </Chunk>
      )}
    </div>
  );
}
