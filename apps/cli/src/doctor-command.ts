import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** `wentu doctor` */
export function addDoctorCommand(
  program: Command,
  { env, out, words }: Terminal,
  setExitCode: (code: number) => void,
): void {
  program
    .command('doctor')
    .description(words.doctor.description)
    .option('--deep', words.doctor.deep)
    .option('--json', words.asJson)
    .action(async ({ deep = false, json = false }: { deep?: boolean; json?: boolean }) => {
      const { diagnose } = await import('@wentu/composition/doctor');
      const found = [];
      for await (const finding of diagnose(env, { deep })) {
        found.push(finding);
        if (!json) out(`${words.doctor.states[finding.state]}  ${words.doctor.sentence(finding)}`);
      }
      const wrong = found.filter(({ state }) => state === 'WRONG').length;
      const warnings = found.filter(({ state }) => state === 'WARNING').length;
      if (json) out(JSON.stringify({ wrong, warnings, findings: found }, null, 2));
      else out(words.doctor.summary(wrong, warnings));
      if (wrong > 0) setExitCode(1);
    });
}
