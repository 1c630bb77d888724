export { InstalledModels, type InstalledModel } from './installed-models';
export { chooseModel, type ModelChoice } from './model-choice';
export { Calibrations } from './calibrations';
export { measureImages } from './measure-images';
export { NearSimilarities } from './near-similarities';
export { ModelSpeeds } from './model-speeds';
