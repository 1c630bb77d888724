export { explainCode } from './explain-code';
export { chineseMessage, explainFailure, type Explained, type Failure } from './explain-failure';
export { languageOfLocale, type Language } from './language';
