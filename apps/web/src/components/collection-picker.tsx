import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { navigate } from '../use-address';

interface Props {
  /** Undefined until they are known; the space is reserved. */
  readonly collections: readonly Collection[] | undefined;
  readonly collection: Collection | undefined;
  readonly everywhere: boolean;
}

/** No collection has these names. */
const [ALL, UNKNOWN] = ['\n', ''];

export function CollectionPicker({ collections, collection, everywhere }: Props) {
  const { t, count } = useLanguage();
  if (collections?.length === 0) return null;
  const filled = collections?.filter(({ imageCount }) => imageCount > 0) ?? [];
  const total = filled.reduce((sum, { imageCount }) => sum + imageCount, 0);
  return (
    <label className="picker">
      <span className="visually-hidden">{t.collection}</span>
      <select
        disabled={!collections}
        value={everywhere ? ALL : (collection?.name ?? UNKNOWN)}
        title={
          everywhere || !collection
            ? undefined
            : fill(t.collectionInfo, { model: collection.model, dimension: collection.dimension })
        }
        onChange={(event) => {
          const name = event.target.value;
          navigate(name === ALL ? { everywhere: true } : { collection: name, everywhere: false, like: null });
        }}
      >
        {!collection && !everywhere && <option value={UNKNOWN}>{t.collection}</option>}
        {(everywhere || filled.length > 1) && (
          <option value={ALL}>{fill(t.collectionOption, { name: t.allCollections, count: count(total) })}</option>
        )}
        {collections?.map(({ id, name, imageCount }) => (
          <option key={id} value={name}>
            {fill(t.collectionOption, { name, count: count(imageCount) })}
          </option>
        ))}
      </select>
    </label>
  );
}
