import { viewAsGraphql } from '../../logic/src/graphql-text';
import { useLanguage } from '../language';
import { useAddress } from '../use-address';
import { useCollections } from '../use-collections';
import { canCopy, textBlob, useCopy } from '../use-copy';
import '../styles/developer.css';

export default function DeveloperItems() {
  const { t } = useLanguage();
  const address = useAddress();
  const { collection } = useCollections(address.collection);
  const copying = useCopy();
  const { outcome } = copying;
  return (
    <ul className="developer-items">
      <li>
        <a href="/graphql">{t.graphiql}</a>
      </li>
      {address.view === 'search' && canCopy && (
        <li>
          <button
            type="button"
            onClick={() => {
              copying.copy('text/plain', textBlob(viewAsGraphql(address, collection?.name ?? 'default')));
            }}
          >
            {t.copyQuery}
          </button>
          <span role="status">{outcome && (outcome === 'copied' ? t.copied : t.copyFailed)}</span>
        </li>
      )}
    </ul>
  );
}
