import { Fragment } from 'react';

import { breakName } from '../../logic/src/break-name';

/** A name or a path, whose lines end after its separators. */
export function Breakable({ name }: { readonly name: string }) {
  return breakName(name).map((part, index) => (
    <Fragment key={`${index} ${part}`}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
