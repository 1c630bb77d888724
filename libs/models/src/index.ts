export { chooseModel, findModel, isModelName, type ModelChoice } from './model-choice';
export { similarityFloor } from './similarity-floor';
