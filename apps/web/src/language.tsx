import { createContext, use, useEffect, useState, type ReactNode } from 'react';

import { chooseLanguage, loadDictionary, type Dictionary, type Language } from '../logic/src/dictionary';
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

interface Texts {
  readonly language: Language;
  readonly t: Dictionary;
}

async function textsOf(language: Language): Promise<Texts> {
  return { language, t: await loadDictionary(language) };
}

/** The texts of the user's language, which the page needs before it is drawn. */
export const loadTexts = (): Promise<Texts> => textsOf(chooseLanguage(readStored(STORAGE_KEY), navigator.language));

interface Props {
  readonly initial: Texts;
  readonly children: ReactNode;
}

export function LanguageProvider({ initial, children }: Props) {
  const [{ language, t }, setTexts] = useState(initial);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const toggle = () => {
    const other = language === 'zh' ? 'en' : 'zh';
    store(STORAGE_KEY, other);
    // Without a server the texts stay as they are; the next visit has the other language.
    textsOf(other).then(setTexts, () => undefined);
  };
  return (
    <LanguageContext value={{ language, t, count: (value) => value.toLocaleString(language), toggle }}>
      {children}
    </LanguageContext>
  );
}
