/** The mutants that survive and may do so, each with its reason. An entry that explains no survivor is an error. */
import type { Mutant } from "./mutant.ts";

interface Explained {
  readonly file: string;
  /** A part of the original; every mutant of the file where it is absent. */
  readonly original?: string;
  readonly replacement?: string;
  readonly reason: string;
}

export const explained: readonly Explained[] = [
  {
    file: "workflows-src/language/schedule.ts",
    original: '":"',
    replacement: '""',
    reason:
      "Any time of the week is right for this run. The tests of the language compare the cron with the written time.",
  },
  {
    file: ".github/workflows/redeploy.yml",
    original: ".description: ",
    reason: "A text for the reader of GitHub's form. Any text is right, and an empty one is caught.",
  },
  {
    file: ".github/workflows/ci-cd.yml",
    original: "name: CI/CD",
    reason: "A title for the reader of GitHub's page. Any title is right, and one that two workflows share is caught.",
  },
  ...[
    ['["/admin/orders/*"]', "[]"],
    ['["/contact/*"]', "[]"],
    ['["/orders/*"]', "[]"],
    ['{ MESSAGES_PER_HOUR: "10000", SIGN_UPS_PER_HOUR: "1000" }', "{}"],
    ["true", "false"],
  ].map(([original, replacement]) => ({
    file: "apps/catalog.ts",
    original: original!,
    replacement: replacement!,
    reason:
      "A fact about an application, which only the application itself knows: its tests on an engine fail, since the accounts, the payments, the hidden keys or the settings of the tests are missing.",
  })),
];

export const explains = (entry: Explained, { file, original, replacement }: Mutant): boolean =>
  entry.file === file &&
  original.includes(entry.original ?? "") &&
  (entry.replacement === undefined || entry.replacement === replacement);
