/** The layer of the simulation: which jobs of ci-cd run, as the tests expect it. Pure. */
import { expectedRuns, shown, startsNothing } from "../../workflows-src/testing/expected-runs.ts";
import { read, simulate } from "../../workflows-src/testing/simulate.ts";

/** The titles of the scenarios in which other jobs run. */
export function differingScenarios(ciCd: string): readonly string[] {
  const workflow = read(ciCd);
  const runs = expectedRuns.filter(([, jobs, scenario]) => {
    const run = simulate(workflow, scenario);
    return run === undefined || shown(run.results) !== jobs;
  });
  const started = startsNothing.filter(([, event]) => simulate(workflow, { event }) !== undefined);
  return [...runs, ...started].map(([title]) => title);
}
