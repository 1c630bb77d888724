import { useQuery } from '@apollo/client/react';
import { lazy, useCallback, useEffect, useState } from 'react';

import type { PictureFiles } from '../logic/src/files';
import { limitText, shorten } from '../logic/src/limit-text';
import { filterInput } from '../logic/src/page-filter';
import { formatAddress, isBrowsing } from '../logic/src/url-state';
import { Chunk } from './components/chunk';
import { DropTarget } from './components/drop-target';
import { ErrorText } from './components/error-text';
import { FilterBar } from './components/filter-bar';
import { Header } from './components/header';
import { SearchBox } from './components/search-box';
import { SearchResults } from './components/search-results';
import { ServerDocument, type SearchQuery } from './generated/operations';
import { useLanguage } from './language';
import { base64Of } from './shrink-picture';
import { offers } from './session';
import { deleteNow, useTakenOut } from './taken-out';
import { useAddress } from './use-address';
import { useChanges } from './use-changes';
import { useCollections } from './use-collections';
import { useHistory } from './use-history';
import { useLoadJob } from './use-load-job';
import { useOpenModel } from './use-open-model';
import { usePicture } from './use-picture';
import { useReceived } from './use-received';
import { useUpload } from './use-upload';
import { useWordsUnread } from './use-words-unread';

// Most visits do not need these parts, so they are loaded on demand.
const LoadPanel = lazy(() => import('./components/load-panel'));
const CollectionsView = lazy(() => import('./components/collections-view'));
const DuplicatesView = lazy(() => import('./components/duplicates-view'));
const LoadsView = lazy(() => import('./components/loads-view'));
const KeysView = lazy(() => import('./components/keys-view'));
const UndoNotice = lazy(() => import('./components/undo-notice'));
const ModelsView = lazy(() => import('./components/models-view'));

export function App() {
  const { t } = useLanguage();
  const address = useAddress();
  const { like, view, everywhere } = address;
  const server = useQuery(ServerDocument);
  const maxLength = server.data?.serverInfo.maxTextLength ?? Infinity;
  const asked = limitText(address.query, maxLength);
  const query = asked.text.trim();
  const history = useHistory();
  const state = useCollections(address.collection);
  const { collections, collection } = state;
  useWordsUnread(collections);
  useOpenModel(view === 'search' && !everywhere ? collection : undefined);
  const load = useLoadJob(state.isEmpty || state.error !== undefined);
  /** The collection to propose, empty for the name of the folder; null while the panel is closed. */
  const [panel, setPanel] = useState<string | null>(null);
  const [files, setFiles] = useState<PictureFiles | null>(null);
  const upload = useUpload((id) => {
    setFiles(null);
    load.follow(id);
  });
  /** Pictures that are dropped belong to the collection in view. */
  const proposed = address.collection ?? '';
  const openLoad = () => {
    setPanel(view === 'search' && collection?.imageCount === 0 ? proposed : '');
  };
  const onFiles = useCallback(
    (dropped: PictureFiles) => {
      if (!offers.load) return;
      setFiles(dropped);
      setPanel(proposed);
    },
    [proposed],
  );
  const picture = usePicture(query !== '' || like !== null, panel !== null, onFiles);
  const problem = useReceived(picture.choose, onFiles);
  const isSearch = query !== '' || like !== null || picture.picture !== null;
  const home = view === 'search' && !isSearch && !isBrowsing(address);
  const shown = view === 'search' && isSearch ? (everywhere ? 'all' : collection) : undefined;
  const searched = everywhere ? (collections ?? []) : collection ? [collection] : [];
  const readsWords = address.match !== 'auto' || searched.some(({ wordsUnread }) => wordsUnread !== null);
  const changes = useChanges(collections, shown);

  useEffect(() => {
    const what = view === 'search' ? query || like : t[view];
    document.title = what ? `${shorten(what)} · ${t.appName}` : t.appName;
  }, [view, query, like, t]);

  const { waiting, notice } = useTakenOut();
  const place = formatAddress({ ...address, open: null });
  // What waits is hidden in the list that is shown, and not in the numbers of others.
  useEffect(() => deleteNow, [place]);

  const searchQuery = (): SearchQuery => {
    if (picture.picture !== null) return { picture: base64Of(picture.picture) };
    return like === null ? { text: query } : { imageId: like };
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
        {view === 'collections' && (
          <Chunk>
            <CollectionsView onLoad={setPanel} />
          </Chunk>
        )}
        {view === 'duplicates' && (
          <Chunk>
            <DuplicatesView collection={address.collection} />
          </Chunk>
        )}
        {view === 'keys' && (
          <Chunk>
            <KeysView />
          </Chunk>
        )}
        {view === 'loads' && (
          <Chunk>
            <LoadsView collection={address.collection} onLoad={setPanel} />
          </Chunk>
        )}
        {view === 'models' && (
          <Chunk>
            <ModelsView />
          </Chunk>
        )}
        {view === 'search' && (
          <>
            <div className="search">
              {home && (
                <div className="hero">
                  <h1>{t.title}</h1>
                  <p>{t.subtitle}</p>
                </div>
              )}
              <SearchBox
                query={query}
                collections={collections}
                collection={collection}
                everywhere={everywhere}
                picture={picture}
                maxLength={maxLength}
                left={asked.left}
              />
              {problem !== null && !isSearch && <ErrorText error={problem} />}
              {picture.unreadable && (
                <p className="search-note" role="alert">
                  {t.unreadablePicture}
                </p>
              )}
            </div>
            {(!home || filterInput(address.filter) !== null) && (
              <FilterBar
                filter={address.filter}
                collection={everywhere ? null : (collection?.name ?? null)}
                isOnce={isSearch ? address.isOnce : null}
                match={query !== '' && picture.picture === null && readsWords ? address.match : null}
              />
            )}
            <SearchResults
              query={isSearch ? searchQuery() : null}
              state={state}
              changes={changes}
              load={load}
              history={history}
              onLoad={openLoad}
              onClearPicture={picture.clear}
            />
          </>
        )}
      </main>
      {picture.dragged && (
        <DropTarget
          dragged={picture.dragged}
          isLoading={panel !== null}
          mayLoad={offers.load}
          collection={panel ?? address.collection ?? ''}
        />
      )}
      {/* The viewer has its own, above the picture. */}
      {address.open === null && (waiting.length > 0 || notice !== null) && (
        <Chunk>
          <UndoNotice />
        </Chunk>
      )}
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
              // Files that are being sent are still needed.
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
