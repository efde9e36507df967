/** The error messages of the type checker for the mistakes in `model-programs.ts`, and the mistakes that are found later. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { all, any, equal, not, onMain } from "./expressions.ts";
import type { WorkflowSpec } from "./model.ts";
import { type Tools, workflow } from "./workflow.ts";

const mark = /\/\/ @ts-expect-error (TS\d+) (.*)$/u;
const files = ["model-programs.ts", "form-programs.ts"];
const linesOf = (file: string) => readFileSync(`workflows-src/testing/${file}`, "utf8").split("\n");
/** The place of each mistake, with lines from 1, the code that the type checker has to report, and why it is a mistake. */
const mistakes = files.flatMap((file) =>
  linesOf(file).flatMap((line, index) => {
    const [, code = "", why = ""] = mark.exec(line) ?? [];
    return code === "" ? [] : [{ place: `${file}:${index + 2}`, code, why }];
  }),
);

describe("mistakes that the type checker reports", () => {
  const folder = `.pipeline/mistakes-${process.pid}`;
  /** The first message of each place. */
  const messages = new Map<string, { readonly code: string; readonly text: string }>();

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    for (const file of files) {
      const unmarked = linesOf(file).map((line) =>
        line.replace(mark, "//").replace(/from "\.\.\/(?!\.\.)/u, 'from "../../workflows-src/'),
      );
      writeFileSync(`${folder}/${file}`, unmarked.join("\n"));
    }
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }));
    const fx = createEffects({ env: process.env, terminal: process.stdout });
    const { stdout } = await fx.tryRun(["node_modules/.bin/tsc", "--pretty", "false", "--checkers", "1", "-p", folder]);
    for (const [, file, line, code = "", text = ""] of stdout.matchAll(
      /([\w-]+\.ts)\((\d+),\d+\): error (TS\d+): (.*)/gu,
    )) {
      const place = `${file}:${line}`;
      if (!messages.has(place)) messages.set(place, { code, text });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("there are more than two hundred, and each is reported on its line with its code", () => {
    expect(mistakes.length).toBeGreaterThan(200);
    const reported = [...messages].map(([place, { code }]) => ({ place, code }));
    const wanted = mistakes.map(({ place, code }) => ({ place, code }));
    expect(reported.toSorted(byPlace)).toEqual(wanted.toSorted(byPlace));
  });

  test("19 of 20 messages have at most 100 characters before the compiler's hint", () => {
    // The compiler prints the name instead of the type where the catalog has one application only.
    const names = new RegExp(`"(?:${appNames.join("|")})"`, "gu");
    const texts = [...messages.values()].map(({ text }) =>
      text.replace(/( with '[^']*')?\. (?:Did you mean|Consider) .*$/u, ".").replaceAll(names, "AppName"),
    );
    const long = texts.filter(({ length }) => length > 100);
    expect(long.length).toBeLessThanOrEqual(texts.length / 20);
    expect(long.filter(({ length }) => length > 260)).toEqual([]);
    expect(texts.filter((text) => text.startsWith("No overload matches"))).toEqual([]);
  });

  test.each([
    ["no such stage", /'"plann"' is not assignable to parameter of type 'StageName'/u],
    ["no such output", /Property 'aps' does not exist/u],
    ["`images` is missing", /'Missing<"images">'/u],
    ["secrets need `onMain`", /'NeedsIf<"main">'/u],
    ["a flag does not restrict the job to main", /'Condition<OnMainOnly>'/u],
    ["publishing an image that was not tested", /'Expr<Published>'.*'Expr<Tested>/u],
    ["one folder instead of one per leg", /Artifact<"oci", "one">.*Artifact<"oci", "each">/u],
    ["unknown environment", /'"prod"' is not assignable to type/u],
    ["unknown permission", /'content' does not exist in type/u],
    ["the secret of another environment", /'Step<"docker-hub", never>'.*'Step<"production", string>'/u],
    ["no such input of the action", /'NoInput<"paths">'/u],
    ["a comment of a stranger would run our code", /'NoEvent<"issue_comment">'/u],
  ])("%s: %s", (why, message) => {
    const places = mistakes.filter((mistake) => mistake.why === why).map(({ place }) => messages.get(place)?.text);
    expect(places.some((text) => message.test(text ?? ""))).toBe(true);
  });
});

const byPlace = (a: { readonly place: string }, b: { readonly place: string }): number =>
  a.place.localeCompare(b.place, "en", { numeric: true });

const define = (jobs: (tools: Tools<"push", unknown, unknown>) => unknown, gate = "gate"): WorkflowSpec =>
  workflow("w", { title: "W", on: { push: { branches: ["main"] } }, gate }, jobs);

describe("mistakes that are reported when the workflow is defined", () => {
  test("a job defined twice", () => {
    expect(() => define(({ job }) => [job("check"), job("check")])).toThrow("The job check is defined twice");
  });
  test("a matrix of two dimensions of a stage that uploads a folder for each value of one", () => {
    const twice = () =>
      define(({ job }) => {
        const { build: apps } = job("plan").outputs;
        job("build", { matrix: { app: apps, runner: ["ubuntu-24.04", "ubuntu-24.04-arm"] } });
      });
    expect(twice).toThrow("The job build has a matrix of two dimensions");
  });
  test("a matrix over an output of a job that may be skipped", () => {
    const empty = () =>
      define(({ job }) => {
        const plan = job("plan");
        job("build", { matrix: { app: plan.outputs.build }, afterSkipped: [plan] });
      });
    expect(empty).toThrow("The job build has a matrix over an output of plan, which may be skipped");
  });
  test("a job of another workflow", () => {
    const foreign = () =>
      define(({ job: here }) => define(({ job: there }) => here("check", { needs: [there("plan")] })));
    expect(foreign).toThrow("The job check needs plan, which is not defined before it in this workflow");
  });
  test("a gate with the name of a job", () => {
    expect(() => define(({ job }) => job("check"), "check")).toThrow("The gate check has the name of a job");
  });
});

describe("a job waits for", () => {
  const needsIn = (spec: WorkflowSpec) => Object.fromEntries(spec.jobs.map(({ id, needs }) => [id, needs]));
  test("the jobs that it reads, that its condition reads and that it needs, each once", () => {
    const spec = define(({ job }) => {
      const plan = job("plan");
      const check = job("check", { if: plan.outputs.publish });
      const build = job("build", { matrix: { app: plan.outputs.build }, needs: [check, plan] });
      job("integrate", {
        with: { carried: plan.outputs.carried, changed: plan.outputs.changed, images: build.outputs.image },
      });
    });
    expect(needsIn(spec)).toEqual({
      plan: [],
      check: ["plan"],
      build: ["plan", "check"],
      integrate: ["plan", "build"],
    });
  });
});

test("combined expressions keep their precedence", () => {
  define(({ job }) => {
    const { publish, deploy, tag } = job("plan").outputs;
    const [p, d] = ["needs.plan.outputs.publish == 'true'", "needs.plan.outputs.deploy == 'true'"];
    expect(all(any(publish, deploy), onMain).text).toBe(`(${p} || ${d}) && github.ref == 'refs/heads/main'`);
    expect(any(all(publish, deploy), onMain).text).toBe(`${p} && ${d} || github.ref == 'refs/heads/main'`);
    expect(not(any(publish, deploy)).text).toBe(`!(${p} || ${d})`);
    expect(equal(tag, "it's").text).toBe("needs.plan.outputs.tag == 'it''s'");
  });
});
