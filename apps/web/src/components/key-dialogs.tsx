import { useMutation } from '@apollo/client/react';
import { useState, type FormEvent, type ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import {
  AuditLogDocument,
  CreateKeyDocument,
  KeysDocument,
  RevokeKeyDocument,
  RotateKeyDocument,
  type KeyFragment,
  type KeyKind,
  type Role,
} from '../generated/operations';
import { useLanguage } from '../language';
import { canCopy, textBlob, useCopy } from '../use-copy';
import { useCollections } from '../use-collections';
import { Answer } from './answer';
import { ConfirmDialog } from './confirm-dialog';
import { ErrorText } from './error-text';
import { Modal } from './modal';
import { TextField } from './text-field';

/** A key with its new secret; null for a password. */
export interface Made {
  readonly key: KeyFragment;
  readonly secret: string | null;
}

const ROLES: readonly Role[] = ['READ', 'WRITE', 'ADMIN'];
const KINDS: readonly KeyKind[] = ['KEY', 'PASSWORD'];
const MAX_NAME_LENGTH = 100;
const [MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH] = [10, 200];
const refetched = { refetchQueries: [KeysDocument, AuditLogDocument] };

export function CreateKeyDialog({
  onMade,
  onClose,
}: {
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}) {
  const { t } = useLanguage();
  const { collections = [] } = useCollections(null);
  const [name, setName] = useState('');
  const [kind, setKind] = useState<KeyKind>('KEY');
  const [role, setRole] = useState<Role>('READ');
  const [password, setPassword] = useState('');
  const [only, setOnly] = useState<readonly string[]>([]);
  const [end, setEnd] = useState('');
  const [create, { loading, error }] = useMutation(CreateKeyDocument, {
    ...refetched,
    onCompleted: ({ createKey }) => {
      onMade(createKey);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const variables = {
      ...{ name: name.trim(), role, collections: only.length === 0 ? null : [...only] },
      // Until the end of that day, where the user is.
      expiresAt: end === '' ? null : new Date(`${end}T23:59:59`).toISOString(),
      password: kind === 'PASSWORD' ? password : null,
    };
    create({ variables }).catch(() => undefined);
  };
  return (
    <Modal className="panel" label={t.createKeyTitle} onClose={onClose}>
      <h2>{t.createKeyTitle}</h2>
      <form onSubmit={submit}>
        <TextField label={t.keyName} autoFocus maxLength={MAX_NAME_LENGTH} value={name} onValue={setName} />
        <Choices legend={t.keyKind}>
          {KINDS.map((each) => (
            <Radio
              key={each}
              name="kind"
              label={t[`kind${each}`]}
              chosen={each === kind}
              onChosen={() => setKind(each)}
            />
          ))}
        </Choices>
        {kind === 'PASSWORD' && <PasswordField value={password} onValue={setPassword} />}
        <Choices legend={t.role}>
          {ROLES.map((each) => (
            <Radio
              key={each}
              name="role"
              label={t[`role${each}`]}
              chosen={each === role}
              onChosen={() => setRole(each)}
            />
          ))}
        </Choices>
        <Choices legend={t.onlyCollections}>
          {collections.map(({ id, name: each }) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={only.includes(each)}
                onChange={({ target }) => {
                  setOnly(target.checked ? [...only, each] : only.filter((one) => one !== each));
                }}
              />
              {each}
            </label>
          ))}
          <small>{t.keyAllCollections}</small>
        </Choices>
        <TextField label={t.expiresOn} type="date" required={false} value={end} onValue={setEnd} />
        {error && <ErrorText error={error} />}
        <Answer onClose={onClose}>
          <button type="submit" className="primary" disabled={loading}>
            {t.create}
          </button>
        </Answer>
      </form>
    </Modal>
  );
}

interface OwnerProps {
  readonly owner: KeyFragment;
  readonly onClose: () => void;
}

export function RotateKeyDialog({ owner, onMade, onClose }: OwnerProps & { readonly onMade: (made: Made) => void }) {
  const { t } = useLanguage();
  const { id, name, kind } = owner;
  const [password, setPassword] = useState('');
  const [rotate, { loading, error }] = useMutation(RotateKeyDocument, {
    ...refetched,
    onCompleted: ({ rotateKey }) => {
      onMade(rotateKey);
    },
  });
  const title = fill(kind === 'KEY' ? t.rotateTitle : t.rotatePasswordTitle, { name });
  return (
    <Modal className="panel" label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>{t.rotateText}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rotate({ variables: { id, password: kind === 'KEY' ? null : password } }).catch(() => undefined);
        }}
      >
        {kind === 'PASSWORD' && <PasswordField value={password} onValue={setPassword} />}
        {error && <ErrorText error={error} />}
        <Answer onClose={onClose}>
          <button type="submit" className="primary" disabled={loading}>
            {t.rotate}
          </button>
        </Answer>
      </form>
    </Modal>
  );
}

export function RevokeKeyDialog({ owner: { id, name }, onClose }: OwnerProps) {
  const { t } = useLanguage();
  const [revoke, { loading, error }] = useMutation(RevokeKeyDocument, { ...refetched, onCompleted: onClose });
  return (
    <ConfirmDialog
      title={fill(t.revokeTitle, { name })}
      text={t.revokeText}
      action={t.revoke}
      isBusy={loading}
      error={error}
      onConfirm={() => void revoke({ variables: { id } }).catch(() => undefined)}
      onClose={onClose}
    />
  );
}

/** Shows a secret once. */
export function MadeKeyDialog({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const { outcome, copy } = useCopy();
  const secret = made.secret ?? '';
  const title = fill(t.keyMadeTitle, { name: made.key.name });
  return (
    <Modal className="panel" alert label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>{t.keyMadeText}</p>
      <p className="secret">
        <code>{secret}</code>
      </p>
      <p role="status">{outcome === 'copied' ? t.copied : outcome === 'failed' ? t.copyFailed : ''}</p>
      <div className="actions">
        {canCopy && (
          <button
            type="button"
            onClick={() => {
              copy('text/plain', textBlob(secret));
            }}
          >
            {t.copyKey}
          </button>
        )}
        <button type="button" className="primary" onClick={onClose}>
          {t.done}
        </button>
      </div>
    </Modal>
  );
}

function PasswordField({ value, onValue }: { readonly value: string; readonly onValue: (value: string) => void }) {
  const { t } = useLanguage();
  return (
    <TextField
      label={t.withPassword}
      type="password"
      autoComplete="new-password"
      minLength={MIN_PASSWORD_LENGTH}
      maxLength={MAX_PASSWORD_LENGTH}
      value={value}
      onValue={onValue}
    >
      <small>{t.passwordHint}</small>
    </TextField>
  );
}

function Choices({ legend, children }: { readonly legend: string; readonly children: ReactNode }) {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

interface RadioProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: boolean;
  readonly onChosen: () => void;
}

function Radio({ name, label, chosen, onChosen }: RadioProps) {
  return (
    <label>
      <input type="radio" name={name} checked={chosen} onChange={onChosen} />
      {label}
    </label>
  );
}
