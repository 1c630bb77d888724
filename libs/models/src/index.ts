export { InstalledModels, type InstalledModel } from './installed-models';
export { chooseModel, type ModelChoice } from './model-choice';
export { SimilarityFloors } from './similarity-floors';
