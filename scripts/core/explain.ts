/** Explains a failure to a person. Pure. */
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

/** The message and the remedy as one text. */
export const formatExplanation = ({ message, remedy }: Explanation): string =>
  remedy === undefined ? message : `${message}\n  → ${remedy}`;

/** As Node, a shell or the engine reports it. */
const diskIsFull = /no space left on device|ENOSPC/iu;
const makeRoom =
  "The disk is full: free some space (`docker system prune --all` removes what no container uses, `npm stop -- --volumes` the stack's data), then run this again";

function messageOf(failure: unknown): string {
  if (failure instanceof UserError || failure instanceof CommandError) return failure.message;
  // A bug of ours: the stack trace tells where.
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}
