import { availableParallelism } from "node:os";
import { UserError } from "../../contract/user-error.ts";
import { command, flag, optionalValue } from "./definition/command.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { Misuse } from "./definition/misuse.ts";

function pathOf(name: string, written: string): string {
  if (!/^(?:\.\/)?[\w.][\w./-]*$/u.test(written) || written.includes(".."))
    throw new UserError(
      `${name} is ${JSON.stringify(written)}`,
      "Write a path from the root of the repository, such as contract or stack.yml",
    );
  return written.replace(/^\.\//u, "");
}

export const mutants = command({
  summary: "change the sources and the compiled files in thousands of ways, and show which check notices each change",
  details: [
    "A change that no check notices is a survivor. The command fails if a survivor is not in scripts/mutants/explained.ts,",
    "or if less than 95 % of the changes are noticed. docs/mutants.md explains the table.",
  ].join("\n"),
  options: {
    only: optionalValue("PATH", "the one file or folder whose mutants are judged (default: all)", pathOf),
    json: flag("print every mutant with its verdict as JSON"),
  },
  outputIsData: true,
  async run({ options }, fx) {
    const begun = fx.now();
    const { mutatedSources } = await import("../mutants/sources.ts");
    const { judgeMutants } = await import("../mutants/run.ts");
    const { judgeSurvivors } = await import("../mutants/survivors.ts");
    const { explained, explains } = await import("../mutants/explained.ts");
    const { page, reportOf } = await import("../mutants/report.ts");
    const sources = new Map(mutatedSources().map((path) => [path, fx.files.read(path)]));
    let shown = 0;
    const first = await judgeMutants(sources, options.only ?? "", availableParallelism(), (done, total) => {
      const tenth = Math.floor((10 * done) / total);
      if (tenth > shown) fx.log(`  ⋯ ${tenth * 10} % of ${total} mutants`);
      shown = tenth;
    });
    if (first.length === 0)
      throw new Misuse(`There is no mutant in ${options.only}`, "Name a source, or a compiled file");
    const isExplained = (mutant: Parameters<typeof explains>[1]): boolean =>
      explained.some((entry) => explains(entry, mutant));
    const judged = await judgeSurvivors(first, isExplained, fx);
    const report = reportOf(judged, options.only === undefined);
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...report, judged: judged.map(({ mutant, verdict, milliseconds }) => ({ ...mutant, ...(verdict.kind === "survived" ? { kind: verdict.kind } : verdict), milliseconds })) }, undefined, 2)}\n`
        : page(report, fx.now() - begun),
    );
    return report.passed ? exitCodes.ok : exitCodes.failed;
  },
});
