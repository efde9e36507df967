/** The simulated runs as JSON. README.md documents the shape. Pure. */
import type { Reported } from "./report.ts";
import { unknown, unknownText } from "../../workflows-src/simulator/values.ts";

export const json = ({ event, runs, fates, remarks }: Reported): string => {
  const { payload: _, ...described } = event;
  const workflows = runs.map(({ file, ...run }) => ({
    file,
    ...run,
    ...(fates.has(file) ? { fate: fates.get(file) } : {}),
    jobs: run.jobs.map((job) => ({ ...job, notes: [...job.notes, ...(remarks.get(`${file} ${job.id}`) ?? [])] })),
  }));
  return JSON.stringify(
    { event: described, workflows },
    (_key, value: unknown) => (value === unknown ? unknownText : value),
    2,
  );
};
