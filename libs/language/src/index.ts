export { explainCode } from './explain-code';
export { languageOfLocale, type Language } from './language';
