/**
 * Mistakes in the forms of `../examples/`: jobs with steps of their own, called workflows, events, inputs, matrices. Nothing
 * here runs: the type checker is the test, as for `model-programs.ts`.
 */
import { flag, list, oneEnvironment, oneOf, text, wholeNumber } from "../../contract/codecs.ts";
import type { Contract } from "../../contract/contracts.ts";
import { pattern } from "../language/events.ts";
import {
  all,
  any,
  cancelled,
  contains,
  equal,
  failure,
  format,
  not,
  onMain,
  onTag,
  startsWith,
} from "../language/expressions.ts";
import { otherwise } from "../language/inputs.ts";
import { githubToken, run, use } from "../language/own-steps.ts";
import { secret, variable, workflow } from "../language/workflow.ts";
import { ciCd } from "../workflows/ci-cd.ts";

const push = { branches: ["main"] } as const;
const shape = { title: "Title", on: { push, pull_request: push } } as const;
const short = { title: "Short", timeoutMinutes: 5 } as const;
const nothing = () => undefined;
const test = run("npm test");
const key = run("./deploy.sh", { env: { KEY: secret("DEPLOY_SSH_KEY") } });
const token = run("./push.sh", { env: { TOKEN: secret("DOCKER_HUB_ACCESS_TOKEN") } });

export const ownJobs = () =>
  workflow("jobs", shape, ({ job, steps }) => {
    const built = run("./build.sh", { id: "built", outputs: ["file"] });
    const build = steps("build", { ...short, outputs: { file: built.outputs.file } }, [built]);
    // @ts-expect-error TS2345 the title is missing
    steps("untitled", { timeoutMinutes: 5 }, [test]);
    // @ts-expect-error TS2345 without a timeout GitHub's six hours would apply
    steps("endless", { title: "Endless" }, [test]);
    // @ts-expect-error TS2322 GitHub's runners end a job after 360 minutes
    steps("long", { title: "Long", timeoutMinutes: 1000 }, [test]);
    // @ts-expect-error TS2322 no time at all
    steps("none", { title: "None", timeoutMinutes: 0 }, [test]);
    // @ts-expect-error TS2322 half a minute
    steps("half", { title: "Half", timeoutMinutes: 0.5 }, [test]);
    // @ts-expect-error TS2345 a job without steps
    steps("empty", short, []);
    // @ts-expect-error TS2322 a step is no text
    steps("written", short, ["npm test"]);
    // @ts-expect-error TS2345 a misspelled option
    steps("misspelled", { ...short, neds: [build] }, [test]);
    // @ts-expect-error TS2345 a failed job may not be ignored; a step of it may
    steps("ignored", { ...short, "continue-on-error": true }, [test]);
    // @ts-expect-error TS2345 the steps are the third argument
    steps("inside", { ...short, steps: [test] }, [test]);
    // @ts-expect-error TS2551 no such output
    void build.outputs.fil;
    // @ts-expect-error TS2322 an output of a step is no text of the job's author
    steps("constant", { ...short, outputs: { file: "a.tgz" } }, [test]);
    // @ts-expect-error TS2322 a secret as an output of a job
    steps("leak", { ...short, outputs: { file: githubToken } }, [test]);
    // @ts-expect-error TS2339 no such output of the step
    void built.outputs.path;
    // @ts-expect-error TS2741 an output of another kind
    job("check", { if: build.outputs.file });
    // @ts-expect-error TS2322 no runner of GitHub's has that name
    steps("runner", { ...short, runner: "ubuntu-latest" }, [test]);
    // @ts-expect-error TS2322 a self-hosted runner has labels
    steps("labels", { ...short, runner: { selfHosted: [] } }, [test]);
    // @ts-expect-error TS2322 an image by a tag can change between two runs
    steps("tagged", { ...short, container: { image: "postgres:latest" } }, [test]);
    // @ts-expect-error TS2322 an image by a tag, of a service
    steps("service", { ...short, services: { db: { image: "redis" } } }, [test]);
    // @ts-expect-error TS2353 the commit of the run is checked out, and no other
    steps("ref", { ...short, checkout: { ref: "main" } }, [test]);
    // @ts-expect-error TS2561 a permission that does not exist
    steps("permission", { ...short, if: onMain, permissions: { content: "write" } }, [test]);
    // @ts-expect-error TS2559 every permission at once
    steps("everything", { ...short, if: onMain, permissions: "write-all" }, [test]);
    // @ts-expect-error TS2322 a group of two jobs is a name
    steps("group", { ...short, concurrencyGroup: true }, [test]);
  });

export const trust = () =>
  workflow("trust", shape, ({ job, steps, event }) => {
    const production = { ...short, environment: "production" } as const;
    steps("deploy", { ...production, if: onMain }, [key]);
    steps("deploy-too", { ...production, if: any(onMain, all(onMain, event.is("push"))) }, [key]);
    // @ts-expect-error TS2345 secrets need `onMain`
    steps("anywhere", production, [key]);
    // @ts-expect-error TS2345 the event push is no branch
    steps("push", { ...production, if: event.is("push") }, [key]);
    // @ts-expect-error TS2345 one alternative is true elsewhere
    steps("either", { ...production, if: any(onMain, failure) }, [key]);
    // @ts-expect-error TS2345 the contrary of main
    steps("contrary", { ...production, if: not(onMain) }, [key]);
    // @ts-expect-error TS2345 the environment is restricted to main, and a tag is not main
    steps("tag", { ...production, if: onTag }, [key]);
    // @ts-expect-error TS2345 a tag or main is not main
    steps("tag-or-main", { ...production, if: any(onTag, onMain) }, [key]);
    // @ts-expect-error TS2345 a double negation says nothing to the types
    steps("double", { ...production, if: not(not(onMain)) }, [key]);
    // @ts-expect-error TS2322 the secret of another environment
    steps("other", { ...production, if: onMain }, [token]);
    // @ts-expect-error TS2322 a secret without its environment
    steps("bare", short, [key]);
    // @ts-expect-error TS2322 a secret in a step beside a stage
    job("check", { before: [key] });
    // @ts-expect-error TS2322 the environment that an input chooses gives no secrets
    steps("chosen", { ...short, if: onMain, environment: variable("DEPLOY_HOST") }, [test]);
    // @ts-expect-error TS2322 no such environment
    steps("prod", { ...short, if: onMain, environment: "prod" }, [test]);
    // @ts-expect-error TS2345 no such secret
    secret("DEPLOY_KEY");
    // @ts-expect-error TS2345 a secret is not a variable
    variable("DEPLOY_SSH_KEY");
    steps("sign", { ...short, if: any(onTag, onMain), permissions: { "id-token": "write" } }, [test]);
    // @ts-expect-error TS2345 an identity for the code of a pull request
    steps("sign-anything", { ...short, permissions: { "id-token": "write" } }, [test]);
    // @ts-expect-error TS2345 a permission to write for the code of a pull request
    steps("write-anything", { ...short, if: event.is("push"), permissions: { contents: "write" } }, [test]);
    // @ts-expect-error TS2322 the token is a secret, not a text
    steps("token", { ...short, url: githubToken }, [test]);
  });

export const stepsAndActions = () => {
  const value = variable("DEPLOY_HOST");
  run("./a.sh", { env: { A: value, B: 1, C: true } });
  // @ts-expect-error TS2345 an expression inside a script becomes part of the script
  run("echo ${{ github.head_ref }}");
  // @ts-expect-error TS2345 a misspelled key
  run("./a.sh", { enV: { A: value } });
  // @ts-expect-error TS2345 a misspelled option of a command
  run("./a.sh", { workingDirectry: "app" });
  // @ts-expect-error TS2345 a secret inside a text, which hides whose it is
  void format`key ${secret("DEPLOY_SSH_KEY")}`;
  // @ts-expect-error TS2322 a list is no variable
  run("./a.sh", { env: { A: [value] } });
  // @ts-expect-error TS2820 no such shell
  run("./a.sh", { shell: "bsh" });
  // @ts-expect-error TS2322 a condition is not written as text
  run("./a.sh", { if: "failure()" });
  // @ts-expect-error TS2345 no such action in the table
  use("setupPython", {});
  // @ts-expect-error TS2345 an action by its name and tag
  use("actions/checkout@v7", {});
  // @ts-expect-error TS2345 the key of the cache is missing
  use("saveCache", { path: "node_modules" });
  // @ts-expect-error TS2345 no such input of the action
  use("saveCache", { path: "a", key: "b", paths: "c" });
  // @ts-expect-error TS2339 no such output of the action
  String(use("saveCache", { path: "a", key: "b" }, { id: "save" }).outputs.key);
  // @ts-expect-error TS2322 a number where the action reads a text
  use("saveCache", { path: "a", key: 5 });
};

export const matrices = () =>
  workflow("matrices", shape, ({ job, steps }) => {
    steps("test", { ...short, matrix: { node: [20, 22] } }, ({ node }) => [run("./a.sh", { env: { NODE: node } })]);
    // @ts-expect-error TS2345 no such key of the leg
    steps("key", { ...short, matrix: { node: [20] } }, ({ nod }) => [run("./a.sh", { env: { NODE: nod } })]);
    // @ts-expect-error TS2345 a key that no leg has
    steps("legs", { ...short, legs: [{ a: "1" }] }, ({ b }) => [run("./a.sh", { env: { B: b } })]);
    // @ts-expect-error TS2322 a single value is no list
    steps("single", { ...short, matrix: { node: "20" } }, [test]);
    // @ts-expect-error TS2322 an object is no value
    steps("object", { ...short, matrix: { node: [{ version: 20 }] } }, [test]);
    // @ts-expect-error TS2322 how many legs at a time is a number
    steps("parallel", { ...short, matrix: { node: ["20"] }, maxParallel: "2" }, [test]);
    // @ts-expect-error TS2345 a misspelled option
    steps("fast", { ...short, matrix: { node: ["20"] }, failfast: true }, [test]);
    // @ts-expect-error TS2345 `exclude` is not in the language
    steps("exclude", { ...short, matrix: { node: ["20"] }, exclude: [{ node: "20" }] }, [test]);
    // @ts-expect-error TS2820 no runner of GitHub's has that name
    job("check", { matrix: { runner: ["ubuntu-24.4"] } });
    // @ts-expect-error TS2345 a leg without the input of the stage
    job("build", { legs: [{ runner: "ubuntu-24.04" }] });
    // @ts-expect-error TS2322 the list of a stage's input is not one of numbers
    job("build", { matrix: { app: [1, 2] } });
  });

export const events = () => {
  workflow("e", { title: "T", on: { push: { tags: ["v*"] }, release: { types: ["published"] } } }, nothing);
  // @ts-expect-error TS2322 a branch other than main is written as a pattern
  workflow("e", { title: "T", on: { push: { branches: ["release"] } } }, nothing);
  // @ts-expect-error TS2345 `tags` of a pull request
  workflow("e", { title: "T", on: { pull_request: { branches: ["main"], tags: ["v*"] } } }, nothing);
  // @ts-expect-error TS2820 no such type of a pull request
  workflow("e", { title: "T", on: { pull_request: { branches: ["main"], types: ["labelled"] } } }, nothing);
  // @ts-expect-error TS2820 no such type of a release
  workflow("e", { title: "T", on: { release: { types: ["publish"] } } }, nothing);
  // @ts-expect-error TS2741 without types every change of a release starts a run
  workflow("e", { title: "T", on: { release: {} } }, nothing);
  // @ts-expect-error TS2322 a workflow by its title, which can change
  workflow("e", { title: "T", on: { workflow_run: { workflows: ["CI/CD"], types: ["completed"] } } }, nothing);
  // @ts-expect-error TS2322 no such type of a run
  workflow("e", { title: "T", on: { workflow_run: { workflows: [ciCd], types: ["done"] } } }, nothing);
  // @ts-expect-error TS2741 any program could start it with any type
  workflow("e", { title: "T", on: { repository_dispatch: {} } }, nothing);
  // @ts-expect-error TS2345 a comment of a stranger would run our code
  workflow("e", { title: "T", on: { issue_comment: {} } }, nothing);
  // @ts-expect-error TS2322 an hour that no clock shows
  workflow("e", { title: "T", on: { schedule: { minute: 0, hour: 24 } } }, nothing);
  // @ts-expect-error TS2322 every minute is more often than GitHub runs anything
  workflow("e", { title: "T", on: { schedule: { minute: { every: 1 } } } }, nothing);
  // @ts-expect-error TS2322 a misspelled month
  workflow("e", { title: "T", on: { schedule: { minute: 1, month: "Febuary" } } }, nothing);
  // @ts-expect-error TS2345 no event at all
  workflow("e", { title: "T", on: {}, inputs: { a: { is: text, description: "A" } } }, nothing);
  // @ts-expect-error TS2741 a group without a word on the older run
  workflow("e", { title: "T", on: { push }, concurrency: { group: "one" } }, nothing);
  // @ts-expect-error TS2345 a pattern is a text
  pattern(5);
};

export const inputs = () => {
  const on = { workflow_dispatch: {} } as const;
  const size = { is: oneOf(["small", "large"]), description: "Size" } as const;
  workflow("i", { title: "T", on, inputs: { size: { ...size, default: "small" } } }, nothing);
  // @ts-expect-error TS2322 a default that is no option
  workflow("i", { title: "T", on, inputs: { size: { ...size, default: "medium" } } }, nothing);
  // @ts-expect-error TS2322 the default of a flag is a boolean
  workflow("i", { title: "T", on, inputs: { dry: { is: flag, description: "Dry", default: "true" } } }, nothing);
  // @ts-expect-error TS2322 the default of a number is a number
  workflow("i", { title: "T", on, inputs: { n: { is: wholeNumber(1, 9), description: "N", default: "2" } } }, nothing);
  // @ts-expect-error TS2322 a list is no field of a form
  workflow("i", { title: "T", on, inputs: { all: { is: list(text), description: "All" } } }, nothing);
  const at = { is: oneEnvironment(["production"]), description: "At" } as const;
  // @ts-expect-error TS2322 an environment that is no option
  workflow("i", { title: "T", on, inputs: { at: { ...at, default: "prod" } } }, nothing);
  workflow("i", { title: "T", on: { ...on, push }, inputs: { size } }, ({ steps, inputs: given }) => {
    steps("right", short, [run("./a.sh", { env: { SIZE: otherwise(given.size, "small") } })]);
    // @ts-expect-error TS2322 a push has no inputs
    steps("push", short, [run("./a.sh", { env: { SIZE: given.size } })]);
    // @ts-expect-error TS2345 a value that the input cannot have
    otherwise(given.size, "medium");
  });
  workflow("i", { title: "T", on, inputs: { size } }, ({ inputs: given }) => {
    // @ts-expect-error TS2345 compared with a value that is no option
    equal(given.size, "medium");
    // @ts-expect-error TS2741 a text is no condition
    all(given.size);
    startsWith(given.size, "s");
  });
};

const callable = workflow(
  "callable",
  {
    title: "C",
    on: { workflow_call: {} },
    inputs: { tag: { is: text, description: "Tag" } },
    secrets: { token: "Token" },
  },
  ({ job }) => ({ planned: job("plan").outputs.tag }),
);
export const calls = () =>
  workflow("calls", shape, ({ call, job, steps }) => {
    const given = { title: "Call", secrets: { token: githubToken } } as const;
    const { planned } = call("call", callable, { ...given, with: { tag: "v1" } }).outputs;
    steps("read", short, [run("./a.sh", { env: { PLANNED: planned } })]);
    // @ts-expect-error TS2345 the input is missing
    call("input", callable, given);
    // @ts-expect-error TS2345 no such input
    call("more", callable, { ...given, with: { tag: "v1", tags: "v1" } });
    // @ts-expect-error TS2322 a flag is no text
    call("flag", callable, { ...given, with: { tag: true } });
    // @ts-expect-error TS2345 the secret is missing
    call("secret", callable, { title: "Call", with: { tag: "v1" } });
    // @ts-expect-error TS2559 every secret at once
    call("inherit", callable, { title: "Call", with: { tag: "v1" }, secrets: "inherit" });
    // @ts-expect-error TS2322 the secret of an environment cannot be passed
    call("key", callable, { ...given, with: { tag: "v1" }, secrets: { token: secret("DEPLOY_SSH_KEY") } });
    // @ts-expect-error TS2345 the title is missing
    call("title", callable, { with: { tag: "v1" }, secrets: { token: githubToken } });
    // @ts-expect-error TS2345 the called workflow has the timeouts
    call("timeout", callable, { ...given, with: { tag: "v1" }, timeoutMinutes: 5 });
    // @ts-expect-error TS2379 no other workflow may call it
    call("pipeline", ciCd, { title: "Call" });
    // @ts-expect-error TS2339 no such output
    void call("output", callable, { ...given, with: { tag: "v1" } }).outputs.tag;
    // @ts-expect-error TS2345 a called workflow by its path
    call("path", "./.github/workflows/callable.yml", given);
    // @ts-expect-error TS2345 a result that does not exist
    equal(job("check").result, "succes");
    // @ts-expect-error TS2741 a result is no condition
    job("check", { if: job("plan").result });
    // @ts-expect-error TS2345 a function that is not called in a condition
    contains(failure, "failure");
    void [cancelled];
  });

export const ranges = {
  right: { title: "T", timeoutMinutes: 360 },
  // @ts-expect-error TS2322 more minutes than a runner of GitHub's allows
  longer: { title: "T", timeoutMinutes: 361 },
  // @ts-expect-error TS2322 less than a minute
  none: { title: "T", timeoutMinutes: 0 },
  // @ts-expect-error TS2322 a negative number of minutes
  negative: { title: "T", timeoutMinutes: -5 },
} as const satisfies Record<string, Contract>;
