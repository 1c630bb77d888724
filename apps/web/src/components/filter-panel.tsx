import { useEffect, useState, type ReactNode } from 'react';

import { presetDays, readDay, readFolder, readNear, type PageFilter, type Preset } from '../../logic/src/page-filter';
import { formatName } from '../../logic/src/say';
import { nameAndFolder } from '../../logic/src/name-and-folder';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { useFacets, type FacetCount } from '../use-facets';

/** The types that pictures usually have. */
const TYPES = ['image/jpeg', 'image/png', 'image/heic', 'image/webp', 'image/gif', 'image/tiff', 'image/svg+xml'];
const PIXELS = [1_000, 2_000, 4_000];
const PRESETS: readonly Preset[] = ['thisYear', 'lastYear', 'last30Days'];

interface Props {
  readonly filter: PageFilter;
  /** Its values are offered, with their numbers of pictures; null: several collections, which have no numbers. */
  readonly collection: string | null;
}

/** The fields of the filter bar. Each change searches again. */
export default function FilterPanel({ filter, collection }: Props) {
  const { t } = useLanguage();
  const facets = useFacets(collection, filter);
  const change = (values: Partial<PageFilter>): void => {
    navigate({ filter: { ...filter, ...values } });
  };
  const { from, to, folder, types, cameras, tags, near } = filter;
  return (
    <div className="filter-panel">
      <Group label={t.takenBetween}>
        <div className="filter-days">
          <Day label={t.firstDay} value={from} max={to} onValue={(day) => change({ from: day })} />
          <span aria-hidden="true">–</span>
          <Day label={t.lastDay} value={to} min={from} onValue={(day) => change({ to: day })} />
        </div>
        <div className="filter-choices">
          {PRESETS.map((preset) => {
            const days = presetDays(preset, new Date());
            return (
              <Toggle
                key={preset}
                isOn={days.from === from && days.to === to}
                onChange={(isOn) => change(isOn ? days : { from: null, to: null })}
              >
                {t[preset]}
              </Toggle>
            );
          })}
        </div>
      </Group>
      <Group label={t.fileType}>
        <div className="filter-choices">
          <Values
            values={facets?.types ?? TYPES.map((value) => ({ value, count: null }))}
            chosen={types}
            nameOf={formatName}
            onChoose={(values) => change({ types: values })}
          />
        </div>
      </Group>
      <Group label={t.longSide}>
        <div className="filter-choices">
          {PIXELS.map((pixels) => (
            <Toggle
              key={pixels}
              isOn={filter.minPixels === pixels}
              onChange={(isOn) => change({ minPixels: isOn ? pixels : null })}
            >
              ≥ {pixels} px
            </Toggle>
          ))}
        </div>
      </Group>
      <Draft
        label={t.folder}
        hint={t.folderHint}
        value={folder ?? ''}
        read={(text) => (text.trim() === '' || readFolder(text) !== null ? { folder: readFolder(text) } : null)}
        onValue={change}
      >
        {facets && (
          <div className="filter-choices">
            {facets.folders.map(({ value, count }) => (
              <Toggle key={value} isOn={false} onChange={() => change({ folder: value })}>
                <Counted name={nameAndFolder(value).file} count={count} />
              </Toggle>
            ))}
          </div>
        )}
      </Draft>
      <Draft
        label={t.camera}
        hint={t.cameraHint}
        value={cameras.join(', ')}
        read={(text) => ({ cameras: [...new Set(text.split(/[,，]/).map((name) => name.trim()))].filter(Boolean) })}
        onValue={change}
      >
        {facets && (
          <div className="filter-choices">
            <Values
              values={facets.cameras}
              chosen={cameras}
              nameOf={(camera) => camera}
              onChoose={(values) => change({ cameras: values })}
            />
          </div>
        )}
      </Draft>
      {(tags.length > 0 || (facets && facets.tags.length > 0)) && (
        <Group label={t.tags}>
          <div className="filter-choices">
            <Values
              values={facets?.tags ?? []}
              chosen={tags}
              nameOf={(tag) => tag}
              onChoose={(values) => change({ tags: values })}
            />
          </div>
        </Group>
      )}
      <Group label={t.place}>
        <div className="filter-choices">
          <Toggle isOn={filter.hasPlace} onChange={(hasPlace) => change({ hasPlace })}>
            {t.onlyPlaced}
          </Toggle>
        </div>
        <Draft
          label={t.nearPlace}
          hint={t.nearHint}
          value={near ? `${near.latitude}, ${near.longitude}, ${near.km}` : ''}
          read={(text) => (text.trim() === '' || readNear(text) ? { near: readNear(text) } : null)}
          onValue={change}
        />
      </Group>
    </div>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <fieldset className="filter-group">
      <legend>{label}</legend>
      {children}
    </fieldset>
  );
}

interface ValuesProps {
  readonly values: readonly FacetCount[];
  readonly chosen: readonly string[];
  readonly nameOf: (value: string) => string;
  readonly onChoose: (values: readonly string[]) => void;
}

/** A toggle for each value. Those that are chosen stay, also when no picture has them now. */
function Values({ values, chosen, nameOf, onChoose }: ValuesProps) {
  const others = chosen.filter((value) => !values.some((one) => one.value === value));
  return [...values, ...others.map((value) => ({ value, count: null }))].map(({ value, count }) => (
    <Toggle
      key={value}
      isOn={chosen.includes(value)}
      onChange={(isOn) => onChoose(isOn ? [...chosen, value] : chosen.filter((one) => one !== value))}
    >
      <Counted name={nameOf(value)} count={count} />
    </Toggle>
  ));
}

function Counted({ name, count: pictures }: { readonly name: string; readonly count: number | null }) {
  const { count } = useLanguage();
  return (
    <>
      {name} {pictures !== null && <small>{count(pictures)}</small>}
    </>
  );
}

interface ToggleProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ReactNode;
}

function Toggle({ isOn, onChange, children }: ToggleProps) {
  return (
    <button
      type="button"
      className="chip"
      aria-pressed={isOn}
      onClick={() => {
        onChange(!isOn);
      }}
    >
      {children}
    </button>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string | null;
  readonly min?: string | null;
  readonly max?: string | null;
  readonly onValue: (day: string | null) => void;
}

/** A day is complete or empty; while a year is being typed, it may be one of the first centuries. */
function Day({ label, value, min, max, onValue }: DayProps) {
  return (
    <input
      type="date"
      aria-label={label}
      key={value}
      defaultValue={value ?? ''}
      {...(min ? { min } : {})}
      {...(max ? { max } : {})}
      onBlur={({ target }) => {
        const day = readDay(target.value);
        if (day !== value && (day === null ? target.value === '' : target.validity.valid)) onValue(day);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

interface DraftProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** @returns null for a text that cannot be used */
  readonly read: (text: string) => Partial<PageFilter> | null;
  readonly onValue: (values: Partial<PageFilter>) => void;
  /** Below the box: values to choose. */
  readonly children?: ReactNode;
}

/** A text that counts when it is complete: on Enter, or when the focus leaves. */
function Draft({ label, hint, value, read, onValue, children }: DraftProps) {
  const [text, setText] = useState(value);
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    setText(value);
    setWrong(false);
  }, [value]);
  const done = (): void => {
    const values = read(text);
    setWrong(values === null);
    if (values && text.trim() !== value) onValue(values);
  };
  return (
    <div className="filter-group">
      <label className="field">
        <span>{label}</span>
        <input
          value={text}
          placeholder={hint}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-invalid={isWrong}
          onChange={(event) => {
            setText(event.target.value);
          }}
          onBlur={done}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) done();
          }}
        />
      </label>
      {children}
    </div>
  );
}
