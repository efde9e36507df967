/** What is known beyond the text of a workflow: the interfaces of actions, and of our own workflows everything they may name. Pure. */
import { type StageName, contractOf, stageNames } from "../../contract/contracts.ts";
import { environments, variables } from "../../contract/settings.ts";
import { type ActionInterface, interfaceOf } from "../../workflows-src/language/action-interfaces.ts";
import { runner } from "../../workflows-src/language/library.ts";

/** A part that is absent is unknown, and is not checked. */
export interface Knowledge {
  /** @param uses the action with its commit, as a step names it */
  readonly action: (uses: string) => ActionInterface | undefined;
  /** Whether an action that `action` does not know is a wrong one. */
  readonly knowsEveryAction: boolean;
  /** The names of the secrets of an environment; of the repository where the name is empty. */
  readonly secretsOf?: (environment: string) => readonly string[];
  readonly variables?: readonly string[];
  /** The labels of runners. */
  readonly labels?: readonly string[];
  /** The outputs that a script writes; `undefined` for a script of another form. */
  readonly outputsOfScript?: (script: string) => readonly string[] | undefined;
  /** zizmor's choice of rules: an auditor's for our own workflows. */
  readonly persona: "auditor" | "regular";
}

export const anybodys: Knowledge = { action: interfaceOf, knowsEveryAction: false, persona: "regular" };

export const ours: Knowledge = {
  action: interfaceOf,
  knowsEveryAction: true,
  persona: "auditor",
  secretsOf: (name) =>
    Object.hasOwn(environments, name) ? environments[name as keyof typeof environments].secrets : [],
  variables,
  labels: [runner],
  outputsOfScript(script) {
    const [, stage] = /\bstage -- (\w+)\s*$/u.exec(script) ?? [];
    if (stage === undefined || !isStage(stage)) return undefined;
    return Object.entries(contractOf(stage).outputs ?? {}).flatMap(([name, { kind }]) =>
      kind === "scalar" ? [name] : [],
    );
  },
};

const isStage = (name: string): name is StageName => stageNames.some((stage) => stage === name);
