/** Checks that are run one after another, each told by its name; one that fails ends no other. */
export function startChecks() {
  let passed = 0;
  let failed = 0;
  return {
    async check(name, body) {
      try {
        await body();
        passed++;
        console.log(`ok: ${name}`);
      } catch (error) {
        failed++;
        console.log(`FAILED: ${name}\n${error.stack}`);
      }
    },
    /** Says how many there were, and ends the process. */
    end() {
      console.log(`${passed} passed, ${failed} failed`);
      process.exit(failed > 0 ? 1 : 0);
    },
  };
}
