import { useId, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatBytes, formatScore } from '../../logic/src/format';
import { formatTaken } from '../../logic/src/format-date';
import { nameAndFolder } from '../../logic/src/name-and-folder';
import { useLanguage } from '../language';
import { useDrawnSize } from '../use-drawn-size';
import type { DuplicateGroup } from '../use-duplicates';
import { DeleteDialog } from './delete-dialog';
import { SizedPicture } from './sized-picture';

type Group = DuplicateGroup['node'];

interface Props {
  readonly collection: string;
  readonly group: Group;
}

/** Pictures side by side. One is kept: at first the best one. */
export function DuplicateGroupCard({ collection, group }: Props) {
  const { t, count } = useLanguage();
  const [best] = group.images;
  const [kept, setKept] = useState(best?.image.id);
  const [isAsking, setAsking] = useState(false);
  const radios = useId();
  const others = group.images.filter(({ image }) => image.id !== kept);
  const hidden = group.imageCount - group.images.length;
  return (
    <li className="duplicate-group">
      <div role="radiogroup" aria-label={fill(t.duplicatesGroup, { count: count(group.imageCount) })}>
        {group.images.map((each) => (
          <Choice
            key={each.image.id}
            name={radios}
            choice={each}
            isKept={each.image.id === kept}
            onKeep={() => {
              setKept(each.image.id);
            }}
          />
        ))}
      </div>
      <div className="card-actions">
        {hidden > 0 && <span>{fill(t.duplicatesHidden, { count: count(hidden) })}</span>}
        <button
          type="button"
          disabled={others.length === 0}
          onClick={() => {
            setAsking(true);
          }}
        >
          {fill(t.duplicatesTakeOut, { count: count(others.length) })}
        </button>
      </div>
      {isAsking && (
        <DeleteDialog
          pictures={others.map(({ image: { id, imageId } }) => ({ id, imageId, collection }))}
          title={fill(t.duplicatesAsk, { count: count(others.length) })}
          onHidden={() => undefined}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </li>
  );
}

interface ChoiceProps {
  /** The same for all pictures of a group. */
  readonly name: string;
  readonly choice: Group['images'][number];
  readonly isKept: boolean;
  readonly onKeep: () => void;
}

function Choice({ name, choice: { image, kind, similarity }, isKept, onKeep }: ChoiceProps) {
  const { t, language } = useLanguage();
  const [drawn, measured] = useDrawnSize();
  const { file, folder } = nameAndFolder(image.imageId);
  const why = { BEST: t.duplicateBest, EXACT: t.duplicateExact, NEAR: t.duplicateNear }[kind];
  return (
    <label className="duplicate">
      <span ref={measured} className="duplicate-picture">
        <SizedPicture image={image} drawn={drawn} alt="" loading="lazy" />
      </span>
      <span className="duplicate-keep">
        <input type="radio" name={name} checked={isKept} onChange={onKeep} />
        {isKept ? t.duplicateKept : t.duplicateKeep}
      </span>
      <b title={image.imageId}>{file}</b>
      {folder !== '' && <span title={folder}>{folder}</span>}
      <span>
        {image.width} × {image.height} · {formatBytes(image.sizeBytes)}
      </span>
      {image.takenAt !== null && (
        <span>
          {image.takenAtSource === 'FILE' ? t.fileTime : t.takenAt} {formatTaken(image, language)}
        </span>
      )}
      <span>{fill(why, { similarity: formatScore(similarity) })}</span>
    </label>
  );
}
