/** The examples of workflows: their sources, and what each of them defines. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowSpec } from "../language/model.ts";

const folder = "workflows-src/examples";

export interface Example {
  readonly name: string;
  readonly source: string;
  readonly spec: WorkflowSpec;
}

export const examples: readonly Example[] = await Promise.all(
  readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map(async (file) => ({
      name: file.replace(/\.ts$/u, ""),
      source: readFileSync(`${folder}/${file}`, "utf8"),
      spec: ((await import(join(process.cwd(), folder, file))) as { example: WorkflowSpec }).example,
    })),
);
