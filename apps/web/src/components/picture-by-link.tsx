import { useQuery } from '@apollo/client/react';
import { lazy } from 'react';

import type { SearchScope } from '../find-variables';
import { OnePictureDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { Chunk } from './chunk';
import { Modal } from './modal';
import { Notice } from './notices';

const HitDialog = lazy(() => import('./hit-dialog'));

interface Props {
  readonly id: string;
  readonly scope: SearchScope;
  readonly onClose: () => void;
}

/** A picture that a link opens and that is not among those that are shown. */
export default function PictureByLink({ id, scope, onClose }: Props) {
  const { t } = useLanguage();
  const { data, loading } = useQuery(OnePictureDocument, { variables: { id }, errorPolicy: 'all' });
  const node = data?.node;
  const image = node && 'imageId' in node && node.collectionNode ? node : null;
  if (image === null)
    return loading ? null : (
      <Modal className="panel" label={t.pictureGoneTitle} onClose={onClose}>
        <Notice title={t.pictureGoneTitle} text={t.pictureGoneText}>
          <button type="button" className="primary" onClick={onClose}>
            {t.close}
          </button>
        </Notice>
      </Modal>
    );
  return (
    <Chunk>
      <HitDialog
        scope={scope}
        count={1}
        pictureAt={() => ({ image, collection: image.collectionNode?.name ?? '', similarity: null, distance: null })}
        rank={0}
        onRank={() => undefined}
        onClose={onClose}
      />
    </Chunk>
  );
}
