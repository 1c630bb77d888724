import { ApolloProvider } from '@apollo/client/react';
import { lazy, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { Chunk } from './components/chunk';
import { client } from './client';
import { LanguageProvider, loadTexts } from './language';
import { prefetch } from './prefetch';
import { offers } from './session';
import './styles/base.css';
import './styles/header.css';
import './styles/search.css';
import './styles/results.css';
import './styles/gallery.css';
import './styles/home.css';
import './styles/filters.css';
import './styles/dialogs.css';
import './styles/viewer.css';
import './styles/load.css';
import './styles/models.css';
import './styles/duplicates.css';
import './styles/words.css';
import './styles/keys.css';

const SignInPage = lazy(() => import('./components/sign-in-page'));

if (offers.search) prefetch();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
const surface = createRoot(root);
void loadTexts().then((initial) => {
  surface.render(
    <StrictMode>
      <ApolloProvider client={client}>
        <LanguageProvider initial={initial}>
          {offers.search ? (
            <App />
          ) : (
            <Chunk>
              <SignInPage />
            </Chunk>
          )}
        </LanguageProvider>
      </ApolloProvider>
    </StrictMode>,
  );
});
