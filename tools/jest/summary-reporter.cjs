// Writes what a project's run came to, so that `npm test` can add all projects up, cached ones included.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = class SummaryReporter {
  constructor(globalConfig) {
    this.path = join(globalConfig.rootDir, 'test-summary.json');
  }
  onRunComplete(_contexts, results) {
    // A suite that failed to load has no test of its own: count it, or it would vanish from the sum.
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    writeFileSync(this.path, JSON.stringify({ passed, failed, skipped }) + '\n');
  }
};
