import type { Failure } from '@wentu/language/failures';
import type { ReactNode } from 'react';

import type { ListedFailure } from '../../logic/src/refusal';
import { useLanguage } from '../language';
import { Reason } from './error-text';

/** A longer list is closed at first. */
export const FEW = 5;

interface Props {
  readonly title: string;
  readonly total: number;
  readonly failures: readonly ((ListedFailure | Failure) & { readonly item: string })[];
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  /** Below the list. */
  readonly children?: ReactNode;
}

/** Files that failed, with the reasons and the remedies. */
export function FailureList({ title, total, failures, isOpen, onToggle, children }: Props) {
  const { count } = useLanguage();
  return (
    <details
      className="failures"
      open={isOpen}
      onToggle={(event) => {
        onToggle(event.currentTarget.open);
      }}
    >
      <summary>
        {title} ({count(total)})
      </summary>
      <ul tabIndex={0} aria-label={title}>
        {failures.map(({ item, ...failure }, place) => (
          <li key={place}>
            <b>{item}</b>
            <span>
              <Reason {...failure} />
            </span>
          </li>
        ))}
      </ul>
      {children}
    </details>
  );
}
