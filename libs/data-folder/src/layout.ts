import { join } from 'node:path';

/** Models added by hand, each in a folder; others come with Wentu. */
export const addedModels = (dataDir: string): string => join(dataDir, 'models');
/** The name of the model that runs where WENTU_MODEL is not set. */
export const choiceFile = (dataDir: string): string => join(dataDir, 'model');
