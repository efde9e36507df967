/** How long each titled command took in the last run that it succeeded in: what a terminal shows beside the time so far. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import type { Durations } from "../core/progress.ts";

const file = ".pipeline/durations.json";
const schema = v.record(v.string(), v.number());

/** A file that is not there, or that cannot be read or written, costs nothing but the expectation. */
export function durationsOf(path = file): Durations {
  const known = new Map(Object.entries(read(path)));
  return {
    expected: (title) => known.get(title),
    record(title, milliseconds) {
      known.set(title, Math.round(milliseconds));
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, JSON.stringify(Object.fromEntries(known)));
      } catch {
        // The next run shows no expectation.
      }
    },
  };
}

function read(path: string): Readonly<Record<string, number>> {
  try {
    return v.parse(schema, JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}
