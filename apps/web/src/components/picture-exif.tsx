import { useState } from 'react';

import { exifLabel, exifValue } from '../../logic/src/exif-labels';
import type { PictureExifQuery } from '../generated/operations';
import { useLanguage } from '../language';

export type ExifFields = NonNullable<NonNullable<PictureExifQuery['image']>['exif']>;

interface Props {
  /** Null: the original is missing. Undefined: they are being read. */
  readonly fields: ExifFields | null | undefined;
  readonly hasFailed: boolean;
}

/** All fields of EXIF, by group, on demand. */
export function PictureExif({ fields, hasFailed }: Props) {
  const { t, language } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  if (!hasFailed && fields === undefined) return null;
  const note = hasFailed ? t.exifFailed : fields === null ? t.exifMissing : fields?.length === 0 ? t.exifNone : null;
  if (note !== null) return <p className="exif-none">{note}</p>;
  const groups = [...new Set(fields?.map(({ group }) => group))];
  return (
    <details
      className="exif"
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>{t.allExif}</summary>
      {isOpen &&
        groups.map((group) => (
          <section key={group} aria-label={t[`exif${group}`]}>
            <h4>{t[`exif${group}`]}</h4>
            <dl>
              {fields
                ?.filter((field) => field.group === group)
                .map((field) => (
                  <div key={field.name}>
                    <dt title={field.name}>{exifLabel(field.name, language)}</dt>
                    <dd>{exifValue(field, language)}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
    </details>
  );
}
