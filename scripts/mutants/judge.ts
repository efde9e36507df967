/** Judges the texts of a mutant with the layers that need no further process, the cheapest first. */
import { UserError } from "../../contract/user-error.ts";
import { textOf } from "../../workflows-src/properties/core/rule.ts";
import { judge as verify } from "../verify/judge.ts";
import type { Knowledge } from "../verify/knowledge.ts";
import { parseYaml } from "../verify/workflow/document.ts";
import { workflowOf } from "../verify/workflow/workflow.ts";
import { differInComments } from "./comments.ts";
import type { Texts, Verdict } from "./mutant.ts";
import { differingScenarios } from "./simulated.ts";

/** The rules of the properties: with the catalog and the contract of the repository, or with those of a mutant. */
export type Rules = (
  changed: readonly string[],
  texts: Texts,
) => readonly { readonly rule: string; readonly message: string }[];

export interface Judge {
  (texts: Texts, rules: Rules, knowledge: Knowledge): Promise<Verdict>;
}

interface CaughtHere {
  readonly layer: "properties" | "verify" | "simulation";
}

const folder = ".github/workflows/";
const ciCd = `${folder}ci-cd.yml`;

/** @param base the texts without a mutant, which every layer has to accept */
export async function createJudge(base: Texts, rules: Rules, knowledge: Knowledge): Promise<Judge> {
  const accepted = new Set(
    await verified(
      [...base.keys()].filter((path) => path.startsWith(folder)),
      base,
      knowledge,
    ),
  );
  const judgeTexts = async (changed: readonly string[], texts: Texts, ownRules: Rules, known: Knowledge) => {
    const workflows = changed.filter((path) => path.startsWith(folder));
    const checks: readonly (readonly [CaughtHere["layer"], () => readonly string[] | Promise<readonly string[]>])[] = [
      ["properties", () => ownRules(changed, texts).map(({ rule, message }) => `${rule}: ${message}`)],
      ["verify", async () => (await verified(workflows, texts, known)).filter((finding) => !accepted.has(finding))],
      ["simulation", () => (workflows.includes(ciCd) ? differingScenarios(textOf(texts, ciCd)) : [])],
    ];
    for (const [layer, check] of checks) {
      const [finding] = await findingsOrError(check);
      if (finding !== undefined) return { kind: "caught", layer, finding } as const;
    }
    return undefined;
  };
  const noise = await judgeTexts([...base.keys()], base, rules, knowledge);
  if (noise)
    throw new UserError(
      `Without a mutant, a layer has a finding: ${noise.layer}: ${noise.finding}`,
      "Run `npm run check`, and correct what it finds",
    );
  return async (texts, ownRules, known) => {
    const changed = [...new Set([...base.keys(), ...texts.keys()])].filter(
      (path) => texts.get(path) !== base.get(path),
    );
    if (changed.length === 0) return { kind: "unchanged" };
    const found = await judgeTexts(changed, texts, ownRules, known);
    if (found) return found;
    const comments = changed.every((path) => differInComments(path, base.get(path) ?? "", texts.get(path) ?? ""));
    return comments
      ? { kind: "comments" }
      : { kind: "survived", changed: changed.map((path) => [path, texts.get(path) ?? ""] as const) };
  };
}

/** A text that a check cannot read makes the check fail, as it would for a maintainer. */
async function findingsOrError(
  check: () => readonly string[] | Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    return await check();
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)];
  }
}

/** What verify's checks in this process report. */
async function verified(paths: readonly string[], texts: Texts, knowledge: Knowledge): Promise<readonly string[]> {
  const documents = paths.map((path) => ({ path, document: parseYaml(path, textOf(texts, path)) }));
  const unread = documents.flatMap(({ document }) =>
    "texts" in document ? [] : [`${document.rule}: ${document.message}`],
  );
  const targets = documents.flatMap(({ path, document }) =>
    "texts" in document
      ? [
          {
            workflow: workflowOf(document),
            source: textOf(texts, path),
            knowledge,
            called: (called: string) => texts.get(called),
          },
        ]
      : [],
  );
  const found = await verify(targets);
  return [...unread, ...found.map(({ rule, message }) => `${rule}: ${message}`)];
}
