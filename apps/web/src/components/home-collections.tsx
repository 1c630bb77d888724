import { skipToken, useQuery } from '@apollo/client/react';

import { fill } from '../../logic/src/dictionary';
import { formatDay } from '../../logic/src/format-date';
import { START } from '../../logic/src/url-state';
import {
  HomeCollectionsDocument,
  LastLoadsDocument,
  type HomeCollectionsQuery,
  type TileSizesFragment,
} from '../generated/operations';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { offers } from '../session';
import { navigate } from '../use-address';
import { useDrawnSize } from '../use-drawn-size';
import { Breakable } from './breakable';
import { SizedPicture } from './sized-picture';
import '../styles/collections.css';

/** More are on the page of collections. */
const SHOWN = 12;

type Shown = HomeCollectionsQuery['collectionsConnection']['edges'][number]['node'];

/** The collections with pictures, as cards that lead to all pictures of one. */
export default function HomeCollections() {
  const { t } = useLanguage();
  const { data } = useQuery(HomeCollectionsDocument, {
    variables: { first: SHOWN },
    fetchPolicy: 'cache-and-network',
  });
  const loads = useQuery(LastLoadsDocument, offers.load ? { fetchPolicy: 'cache-and-network' } : skipToken);
  const filled = data?.collectionsConnection.edges.map(({ node }) => node).filter(({ imageCount }) => imageCount > 0);
  if (!filled) return null;
  const loadedAt = (name: string): string | undefined =>
    loads.data?.loadJobs.find(({ kind, collection, finishedAt }) => {
      return kind === 'LOAD' && collection === name && finishedAt !== null;
    })?.finishedAt ?? undefined;
  return (
    <section className="home-part" aria-labelledby="home-collections">
      <div className="home-head">
        <h2 id="home-collections">{t.collections}</h2>
        <a
          className="quiet"
          href="/?view=collections"
          onClick={onPlainClick(() => {
            navigate({ view: 'collections' });
          })}
        >
          {t.manageCollections}
        </a>
      </div>
      <ul className="home-cards">
        {filled.map((each) => (
          <Card key={each.id} collection={each} loadedAt={loadedAt(each.name)} />
        ))}
      </ul>
    </section>
  );
}

interface CardProps {
  readonly collection: Shown;
  /** When the last load ended; undefined: not known. */
  readonly loadedAt: string | undefined;
}

function Card({ collection: { name, imageCount, covers }, loadedAt }: CardProps) {
  const { t, language, count } = useLanguage();
  const day = loadedAt && formatDay(loadedAt, language);
  return (
    <li>
      <a
        className="home-card"
        href={`/?c=${encodeURIComponent(name)}&sort=-taken`}
        onClick={onPlainClick(() => {
          navigate({ ...START, collection: name, sort: '-taken' });
        })}
      >
        <span className={`covers covers-${Math.min(covers.length, 4)}`}>
          {covers.map((image) => (
            <Cover key={image.id} image={image} />
          ))}
        </span>
        <b>
          <Breakable name={name} />
        </b>
        <span className="home-facts">
          <span>{fill(t.pictures, { count: count(imageCount) })}</span>
          {day !== undefined && <span>{fill(t.loadedOn, { day })}</span>}
        </span>
      </a>
    </li>
  );
}

function Cover({ image }: { readonly image: TileSizesFragment }) {
  const [drawn, measured] = useDrawnSize();
  return (
    <span ref={measured}>
      <SizedPicture image={image} drawn={drawn} isTile alt="" loading="lazy" decoding="async" />
    </span>
  );
}
