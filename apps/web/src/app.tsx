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
import { COLLECTIONS } from './operations';
import { useAddress } from './use-address';
import { useLoadJob } from './use-load-job';

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
  const home = query === '' && like === null;

  useEffect(() => {
    document.title = home ? t.appName : `${like ?? query} · ${t.appName}`;
  }, [home, query, like, t]);

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
    return home ? (
      <Examples />
    ) : (
      <Results sought={like === null ? { text: query } : { imageId: like }} collection={collection} />
    );
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
        <SearchBox query={address.query} collections={collections ?? []} collection={collection} />
      </section>
      <main>{main()}</main>
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
