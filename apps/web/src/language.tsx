import { createContext, use, useEffect, useState, type ReactNode } from 'react';

import { chooseLanguage, dictionaries, type Dictionary, type Language } from '../logic/src/dictionary';
import { readStored, store } from './stored';

const STORAGE_KEY = 'wentu.language';

interface LanguageValue {
  readonly language: Language;
  readonly t: Dictionary;
  /** Formats a count for this language. */
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
  const [language, setLanguage] = useState<Language>(() => chooseLanguage(readStored(STORAGE_KEY), navigator.language));
  const t = dictionaries[language];
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const toggle = () => {
    const other = language === 'zh' ? 'en' : 'zh';
    setLanguage(other);
    store(STORAGE_KEY, other);
  };
  return (
    <LanguageContext value={{ language, t, count: (value) => value.toLocaleString(language), toggle }}>
      {children}
    </LanguageContext>
  );
}
