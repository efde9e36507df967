/** A workflow beside its jobs: its events, its rights, and which of its runs cancel others. */
import { differences, text } from "../core/exactly.ts";
import type { Rule } from "../core/rule.ts";
import { stageNames } from "../../../contract/contracts.ts";
import { type Workflow, jobsOf } from "./workflow.ts";

const main = { branches: ["main"] };
const events: Readonly<Record<string, unknown>> = {
  push: main,
  pull_request: main,
  merge_group: {},
  schedule: [{ cron: text(/^\d{1,2} \d{1,2} \* \* [0-6]$/u) }],
};

/** What can be chosen when the run is started: the inputs of the stages that read it. */
function dispatchOf(workflow: Workflow): unknown {
  const inputs = jobsOf(workflow).flatMap(({ contract, keys }) =>
    Object.entries(contract.inputs ?? {}).flatMap(([key, codec]) =>
      codec.kind === "scalar" && JSON.stringify(keys.steps).includes(`\${{ inputs.${key} }}`)
        ? [
            [
              key,
              {
                description: text(/^\S.{3,}$/u),
                required: codec.optional !== true,
                type: codec.choices ? "choice" : "string",
                options: codec.choices,
              },
            ] as const,
          ]
        : [],
    ),
  );
  return inputs.length > 0 ? { inputs: Object.fromEntries(inputs) } : {};
}

function concurrencyOf({ name, keys }: Workflow): unknown {
  const pulls = "pull_request" in keys.on;
  const own = "github.run_id";
  return {
    group: `${name}-\${{ ${pulls ? `github.event_name == 'pull_request' && github.ref || ${own}` : own} }}`,
    "cancel-in-progress": pulls,
  };
}

export const whole: Rule<Workflow> = {
  name: "a workflow starts on events of this repository, and grants nothing",
  reason:
    "Events such as pull_request_target run the code of a stranger with secrets. A newer push to a pull request cancels the older run, and nothing else cancels a run: a release would stay unfinished.",
  findings: (workflow) => {
    const { path, keys } = workflow;
    const { jobs, name, ...rest } = keys;
    const known = Object.keys(keys.on);
    return [
      ...differences(
        path,
        {
          on: Object.fromEntries(
            known.map((event) => [
              event,
              event === "workflow_dispatch" ? dispatchOf(workflow) : (events[event] ?? "an event that is allowed"),
            ]),
          ),
          permissions: {},
          concurrency: concurrencyOf(workflow),
        },
        rest,
      ),
      ...(known.length > 0 ? [] : [`${path}.on: no event starts it`]),
      ...(typeof name === "string" && name !== "" ? [] : [`${path}.name: there is none`]),
      ...(Object.keys(jobs ?? {}).length > 0 ? [] : [`${path}.jobs: there are none`]),
      ...Object.keys(jobs ?? {})
        .filter((id) => id !== "gate" && !stageNames.some((stage) => stage === id))
        .map((id) => `${path}: ${id} is neither a stage nor the gate`),
    ];
  },
};
