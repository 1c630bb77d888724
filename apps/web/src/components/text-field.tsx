import type { InputHTMLAttributes, ReactNode } from 'react';

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** The text below the box. */
  readonly children?: ReactNode;
}

/** A name or a path: required, and without spelling correction. */
export function TextField({ label, onValue, children, ...input }: Props) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        required
        pattern=".*\S.*"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        {...input}
        onChange={(event) => {
          onValue(event.target.value);
        }}
      />
      {children}
    </label>
  );
}
