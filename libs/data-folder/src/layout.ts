import { join } from 'node:path';

/** Models that a user added, each in its own folder. The shipped models are elsewhere. */
export const addedModels = (dataDir: string): string => join(dataDir, 'models');
/** The file with the name of the model to run when WENTU_MODEL is not set. */
export const choiceFile = (dataDir: string): string => join(dataDir, 'model');
