// Writes the result of a project's run, so that `npm test` can add all projects up, cached ones included; and when it ran.
const { writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');

module.exports = class SummaryReporter {
  constructor(globalConfig) {
    this.root = globalConfig.rootDir;
    this.path = join(this.root, 'test-summary.json');
  }
  onRunComplete(_contexts, results) {
    // A suite that failed to load has no test of its own: count it, or it would vanish from the sum.
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const [begun, ended] = [results.startTime, Date.now()];
    const suites = results.testResults
      .map(({ testFilePath, perfStats }) => ({ path: relative(this.root, testFilePath), ms: perfStats.runtime }))
      .sort((a, b) => b.ms - a.ms);
    writeFileSync(
      this.path,
      JSON.stringify({ passed, failed, skipped, begun, ended, slowest: suites.slice(0, 8) }) + '\n',
    );
  }
};
