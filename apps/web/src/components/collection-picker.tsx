import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { navigate } from '../use-address';

interface Props {
  /** Undefined until they are known; the space is reserved. */
  readonly collections: readonly Collection[] | undefined;
  readonly collection: Collection | undefined;
}

export function CollectionPicker({ collections, collection }: Props) {
  const { t, count } = useLanguage();
  if (collections?.length === 0) return null;
  return (
    <label className="picker">
      <span className="visually-hidden">{t.collection}</span>
      <select
        disabled={!collections}
        value={collection?.name ?? ''}
        title={collection && fill(t.collectionInfo, { model: collection.model, dimension: collection.dimension })}
        onChange={(event) => {
          navigate({ collection: event.target.value, like: null });
        }}
      >
        {!collection && <option value="">{t.collection}</option>}
        {collections?.map(({ id, name, imageCount }) => (
          <option key={id} value={name}>
            {fill(t.collectionOption, { name, count: count(imageCount) })}
          </option>
        ))}
      </select>
    </label>
  );
}
