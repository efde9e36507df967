/** Executes the examples of the README that take seconds; the table says where the others are executed. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { read } from "./files.ts";
import { blocksOf, shellLines } from "./markdown.ts";

/** Examples by their beginning, and what executes them: they take minutes, or work until they are stopped. */
const elsewhere: Readonly<Record<string, string>> = {
  "npm start -- --swarm": "scripts/rollout/local-swarm.engine.test.ts, without the npm command",
  "npm start": "npm test: the pipeline",
  "npm test": "itself",
  "npm run check": "npm test: the check stage",
  "npx vitest run --project engine": "npm test: tests on the engine",
  "npm run mutants": "by hand: it takes minutes",
  "npm run app": "by hand: it works until it is stopped",
  "APP=": "tests/e2e: the build jobs",
  "npm run benchmark": "by hand: it measures for minutes",
  "npm run bench ": "by hand: it measures for minutes",
  "git clone": "by the reader: the address is a placeholder",
  "cd ": "by the reader",
  "export ": "by the reader",
  "docker-compose": "tests/e2e deploys the same images; the arguments are compared with the files",
  "docker compose": "by hand: Grafana has no stand-in",
  "for i in": "npm test: the replicas test, which asks every replica",
};
/** Examples that are executed here; each may be executed again without another effect. */
const quick = [
  /^npx vitest run --project unit /u,
  /^docker run /u,
  /--dry-run/u,
  /^npm run (?:synth|verify|simulate|actions)\b/u,
  /^eval /u,
];

const examples = [
  ...new Set(
    shellLines(blocksOf(read("README.md")))
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];
const executedHere = examples.filter((line) => quick.some((pattern) => pattern.test(line)));

const inShell = (line: string) => spawnSync("bash", ["-c", line], { encoding: "utf8" });

describe("an example of the README", () => {
  test("is executed here, or the table says where", () => {
    const known = (line: string) => Object.keys(elsewhere).some((beginning) => line.startsWith(beginning));
    expect(examples.filter((line) => !executedHere.includes(line) && !known(line))).toEqual([]);
    expect(executedHere.length).toBeGreaterThanOrEqual(quick.length);
  });

  test.each(executedHere)("%s", (line) => {
    const image = /\bwmd-test\/\S+/u.exec(line)?.[0];
    // The example in front of it builds the image.
    if (image !== undefined && inShell(`docker image inspect ${image}`).status !== 0)
      expect(inShell(examples[examples.indexOf(line) - 1] ?? "")).toMatchObject({ status: 0 });
    expect(inShell(line)).toMatchObject({ status: 0 });
  });
});
