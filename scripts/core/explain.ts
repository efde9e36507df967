/** What a person is told of a failure. Pure. */
import { CommandError } from "./command.ts";
import { UserError } from "../../contract/user-error.ts";

export interface Explanation {
  readonly message: string;
  readonly remedy?: string;
}

export function explain(failure: unknown): Explanation {
  const cause = failure instanceof UserError && failure.cause instanceof CommandError ? failure.cause.message : "";
  const message = [messageOf(failure), cause].filter(Boolean).join("\n");
  if (diskIsFull.test(message)) return { message, remedy: makeRoom };
  return failure instanceof UserError ? { message, remedy: failure.remedy } : { message };
}

/** Whoever finds it out: Node, a shell, the engine. */
const diskIsFull = /no space left on device|ENOSPC/iu;
const makeRoom =
  "the disk is full: make room (`docker system prune --all` drops what no container uses, `npm stop -- --volumes` the stack's data), then run this again";

function messageOf(failure: unknown): string {
  if (failure instanceof UserError || failure instanceof CommandError) return failure.message;
  // A defect of ours: its stack says where.
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}
