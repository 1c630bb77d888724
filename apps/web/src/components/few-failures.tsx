import { useState, type ComponentProps } from 'react';

import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import { FailureList, FEW } from './failure-list';

/** The first failures of a list that is known already. @param total the number of all */
export function Failures(props: Pick<ComponentProps<typeof FailureList>, 'title' | 'failures' | 'total'>) {
  const { failures, total } = props;
  const { t, count } = useLanguage();
  const [isOpen, setOpen] = useState<boolean | null>(null);
  if (failures.length === 0) return null;
  return (
    <FailureList {...props} isOpen={isOpen ?? failures.length <= FEW} onToggle={setOpen}>
      {total > failures.length && <p>{fill(t.failuresMore, { count: count(failures.length), total: count(total) })}</p>}
    </FailureList>
  );
}
