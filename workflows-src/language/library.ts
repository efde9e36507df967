/** The types of the workflow library, as the compiler uses them. */
import type { NormalJob, Workflow } from "@github-actions-workflow-ts/lib";

export type LibraryJob = ConstructorParameters<typeof NormalJob>[1];
export type LibraryStep = NonNullable<LibraryJob["steps"]>[number];
export type LibraryEvents = Exclude<
  NonNullable<ConstructorParameters<typeof Workflow>[1]["on"]>,
  string | readonly unknown[]
>;
export type AtLeastOne<T> = [T, ...T[]];

/** The image of GitHub's runners on which every job runs. */
export const runner = "ubuntu-24.04";

/** An expression as GitHub reads it inside a text. */
export const interpolated = (expression: string): string => `\${{ ${expression} }}`;
