import { createContext, use, useEffect, useState, type ReactNode } from 'react';

import { chooseLanguage, dictionaries, type Dictionary, type Language } from '../logic/src/dictionary';

const STORAGE_KEY = 'wentu.language';

interface LanguageValue {
  readonly t: Dictionary;
  /** A count the way this language writes it. */
  readonly count: (value: number) => string;
  readonly toggle: () => void;
}

const LanguageContext = createContext<LanguageValue | null>(null);

export function useLanguage(): LanguageValue {
  const value = use(LanguageContext);
  if (!value) throw new Error('useLanguage needs a LanguageProvider above it');
  return value;
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => chooseLanguage(readStored(), navigator.language));
  const t = dictionaries[language];
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const toggle = () => {
    const other = language === 'zh' ? 'en' : 'zh';
    setLanguage(other);
    store(other);
  };
  return (
    <LanguageContext value={{ t, count: (value) => value.toLocaleString(language), toggle }}>
      {children}
    </LanguageContext>
  );
}

// A browser that blocks storage throws on the very access; the choice then lasts as long as the page.
function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

function store(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    return;
  }
}
