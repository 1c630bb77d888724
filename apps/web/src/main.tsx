import { ApolloProvider } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { client } from './client';
import { LanguageProvider } from './language';
import { prefetch } from './prefetch';
import './styles/base.css';
import './styles/header.css';
import './styles/search.css';
import './styles/results.css';
import './styles/gallery.css';
import './styles/filters.css';
import './styles/dialogs.css';
import './styles/viewer.css';
import './styles/load.css';
import './styles/collections.css';
import './styles/models.css';
import './styles/duplicates.css';
import './styles/words.css';

prefetch();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <LanguageProvider>
        <App />
      </LanguageProvider>
    </ApolloProvider>
  </StrictMode>,
);
