import { useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { pickCollection } from '../logic/src/pick-collection';
import { Examples } from './components/examples';
import { Header } from './components/header';
import { LoadPanel } from './components/load-panel';
import { CollectionsFailed, EmptyCollection, NoCollection, UnknownCollection } from './components/notices';
import { Results } from './components/results';
import { SearchBox } from './components/search-box';
import { useLanguage } from './language';
import { COLLECTIONS, type SearchQuery } from './operations';
import { base64Of } from './shrink-picture';
import { useAddress } from './use-address';
import { useLoadJob } from './use-load-job';
import { usePicture } from './use-picture';

export function App() {
  const { t } = useLanguage();
  const address = useAddress();
  const [loadOpen, setLoadOpen] = useState(false);
  const load = useLoadJob();
  // Others load too: what another page or the command line changed shows at the next visit.
  const { data, error, refetch } = useQuery(COLLECTIONS, { fetchPolicy: 'cache-and-network' });
  const collections = data?.collections;
  const collection = collections && pickCollection(collections, address.collection);
  const { query, like } = address;
  const picture = usePicture(query !== '' || like !== null);
  const home = query === '' && like === null && picture.picture === null;

  useEffect(() => {
    const what = query || like;
    document.title = what ? `${what} · ${t.appName}` : t.appName;
  }, [query, like, t]);

  const sought = (): SearchQuery => {
    if (picture.picture !== null) return { picture: base64Of(picture.picture) };
    return like === null ? { text: query } : { imageId: like };
  };
  const openLoad = () => {
    setLoadOpen(true);
  };
  const main = () => {
    if (!collections) return error && <CollectionsFailed error={error} onRetry={() => void refetch()} />;
    if (!collection) {
      return address.collection === null ? (
        <NoCollection onLoad={openLoad} />
      ) : (
        <UnknownCollection name={address.collection} onLoad={openLoad} />
      );
    }
    if (collection.imageCount === 0) return <EmptyCollection name={collection.name} onLoad={openLoad} />;
    return home ? <Examples /> : <Results sought={sought()} collection={collection} />;
  };

  return (
    <div className={home ? 'page page-home' : 'page'}>
      <Header job={load.job} onLoad={openLoad} />
      <section className="search">
        {home && (
          <div className="hero">
            <h1>{t.title}</h1>
            <p>{t.subtitle}</p>
          </div>
        )}
        <SearchBox query={query} collections={collections ?? []} collection={collection} picture={picture} />
        {picture.unreadable && (
          <p className="search-note" role="alert">
            {t.unreadablePicture}
          </p>
        )}
      </section>
      <main>{main()}</main>
      {picture.dragging && <div className="drop-target">{t.dropPicture}</div>}
      {loadOpen && (
        <LoadPanel
          load={load}
          collections={collections ?? []}
          collection={address.collection ?? 'default'}
          onClose={() => {
            setLoadOpen(false);
          }}
        />
      )}
    </div>
  );
}
