import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import type { Dragged } from '../use-picture';
import { SearchIcon, UploadIcon } from './icons';

interface Props {
  readonly dragged: Dragged;
  /** The dialog of a load is open, so that everything goes into it. */
  readonly isLoading: boolean;
  /** Whether the user may load pictures. */
  readonly mayLoad: boolean;
  /** The collection in view; empty: the name is chosen in the next step. */
  readonly collection: string;
}

/**
 * Covers the page while files are dragged over it, and says where they will go. With one picture there are two places:
 * one searches with it, the other loads it. `usePicture` reads `data-drop` of the place under the pointer.
 */
export function DropTarget({ dragged, isLoading, mayLoad, collection }: Props) {
  const { t } = useLanguage();
  const into = collection === '' ? t.dropLoad : fill(t.dropLoadInto, { name: collection });
  const places = [
    ...(dragged === 'picture' && !isLoading ? [{ drop: 'search', icon: <SearchIcon />, text: t.dropSearch }] : []),
    ...(mayLoad ? [{ drop: 'load', icon: <UploadIcon />, text: isLoading ? t.dropFiles : into }] : []),
  ];
  if (places.length === 0) return <div className="drop-target">{t.dropNothing}</div>;
  return (
    <div className="drop-target">
      {places.map(({ drop, icon, text }) => (
        <div key={drop} className="drop-place" data-drop={drop}>
          {icon}
          {text}
        </div>
      ))}
    </div>
  );
}
