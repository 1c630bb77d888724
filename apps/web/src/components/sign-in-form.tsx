import { useState, type FormEvent } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import { useLanguage } from '../language';
import { signIn, type Credentials } from '../session';
import { ErrorText } from './error-text';
import { TextField } from './text-field';

/** A password with its name, or a key. */
export function SignInForm() {
  const { t } = useLanguage();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = (credentials: Credentials) => (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    signIn(credentials).catch((failure: unknown) => {
      setBusy(false);
      setError(failure);
    });
  };
  const button = (
    <div className="actions">
      <button type="submit" className="primary" disabled={busy}>
        {busy ? t.signingIn : t.signIn}
      </button>
    </div>
  );
  return (
    <>
      <Tabs
        className="tabs"
        onSelectionChange={() => {
          setError(null);
        }}
      >
        <TabList aria-label={t.signInWith} className="tab-list">
          <Tab id="password" className="tab">
            {t.withPassword}
          </Tab>
          <Tab id="key" className="tab">
            {t.withKey}
          </Tab>
        </TabList>
        <TabPanel id="password">
          <form onSubmit={submit({ name, password })}>
            <TextField label={t.userName} name="name" autoComplete="username" value={name} onValue={setName} />
            <TextField
              label={t.withPassword}
              name="password"
              type="password"
              autoComplete="current-password"
              value={password}
              onValue={setPassword}
            />
            {button}
          </form>
        </TabPanel>
        <TabPanel id="key">
          <form onSubmit={submit({ key: key.trim() })}>
            <TextField label={t.keyLabel} name="key" type="password" value={key} onValue={setKey}>
              <small>{t.keyHint}</small>
            </TextField>
            {button}
          </form>
        </TabPanel>
      </Tabs>
      {error !== null && <ErrorText error={error} />}
    </>
  );
}
