/** Says in one sentence why a job runs, or does not. Pure. */
import type { Decision, Part, Result, Results } from "./conditions.ts";
import { statusNames } from "./expressions.ts";

const isStatus = ({ text }: Part): boolean => statusNames.some((name) => text.toLowerCase() === `${name}()`);

const ended: Readonly<Record<Exclude<Result, "success">, string>> = {
  failure: "failed",
  cancelled: "was cancelled",
  skipped: "was skipped",
  unknown: "has an unknown result",
};

const notSuccessful = (before: Results): readonly string[] =>
  Object.entries(before).flatMap(([id, result]) => (result === "success" ? [] : [`${id} ${ended[result]}`]));

/** @param before the results of the job's ancestors */
export function reasonFor({ value, parts }: Decision, before: Results): string {
  if (value === true) return reasonToRun(parts, before);
  const decisive = parts.filter((part) => part.value === value);
  if (value === "unknown") return [...new Set(decisive.map((part) => openValues(part, before)))].join("; ");
  return decisive.map((part) => `${part.text} is ${value}${because(part, before)}`).join("; ");
}

/** The values that made the condition true. That all needed jobs succeeded is shown only where it is the whole reason. */
function reasonToRun(parts: readonly Part[], before: Results): string {
  const own = parts.filter((part) => part.text !== "success()");
  const values = [...new Map(own.flatMap(({ reads }) => Object.entries(reads)))];
  const known = values.filter(([, value]) => value !== "unknown");
  const telling = known.filter(([text, value]) => !/^needs\.[\w-]+\.result$/u.test(text) || value !== "'success'");
  const asksForFailure = own.some(({ text }) => /(?<!!)\b(?:failure|cancelled)\(/iu.test(text));
  const found = [
    ...(asksForFailure ? notSuccessful(before) : []),
    ...(telling.length > 0 ? telling : known).map(([text, value]) => `${text} = ${value}`),
  ];
  if (found.length > 0) return found.join(", ");
  if (own.length > 0) return own.map(({ text }) => text).join(" && ");
  const jobs = Object.keys(before);
  return jobs.length === 0 ? "no condition" : `after ${jobs.join(", ")}`;
}

function because(part: Part, before: Results): string {
  if (isStatus(part)) {
    const others = notSuccessful(before);
    return others.length > 0 ? `: ${others.join(", ")}` : "";
  }
  const reads = Object.entries(part.reads);
  return reads.length > 0 ? `: ${reads.map(([text, value]) => `${text} = ${value}`).join(", ")}` : "";
}

/** The values on which an unknown part depends. */
function openValues(part: Part, before: Results): string {
  const reads = Object.entries(part.reads).flatMap(([text, value]) => (value.includes("unknown") ? [text] : []));
  const jobs = Object.entries(before).flatMap(([id, result]) => (result === "unknown" ? [`the result of ${id}`] : []));
  return `depends on ${[...new Set(reads.length > 0 ? reads : jobs)].join(", ")}`;
}
