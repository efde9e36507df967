/** The type checker judges many mutants in one pass, and decides by its output which of them need a further pass. */
import { type Judged, caughtBy } from "./mutant.ts";
import { allErrors, errorsOf, passesOf } from "./type-errors.ts";

export interface Checked {
  /** Of the type checker. */
  readonly output: string;
  readonly milliseconds: number;
}

/**
 * An error on the lines of a mutant is its own. A mutant with an error can hide the errors of others (a syntax error
 * hides all type errors), so the others are checked again without it. Where all errors are on other lines, any mutant can have
 * caused them, so that each gets a pass of its own.
 * @param check runs the type checker over the sources that contain the mutants of one pass
 */
export async function judgeTypes(
  survivors: readonly Judged[],
  check: (pass: readonly Judged[]) => Promise<Checked>,
): Promise<readonly Judged[]> {
  const done: Judged[] = [];
  const queue = [...passesOf(survivors)];
  for (let pass = queue.shift(); pass !== undefined; pass = queue.shift()) {
    const { finished, again } = afterPass(pass, await check(pass));
    done.push(...finished);
    queue.push(...again);
  }
  return done;
}

/** The mutants that need no further pass, and the passes of the others. */
function afterPass(
  pass: readonly Judged[],
  { output, milliseconds }: Checked,
): { readonly finished: readonly Judged[]; readonly again: readonly (readonly Judged[])[] } {
  const [error] = allErrors(output);
  if (error === undefined) return { finished: pass, again: [] };
  const share = milliseconds / pass.length;
  const own = pass.map((one) => ({ one, ownError: errorsOf(output, one.mutant)[0] }));
  const caught = own.flatMap(({ one, ownError }) =>
    ownError === undefined ? [] : [caughtBy(one, "types", ownError, share)],
  );
  const others = own.filter(({ ownError }) => ownError === undefined).map(({ one }) => one);
  if (caught.length > 0) return { finished: caught, again: others.length > 0 ? [others] : [] };
  if (others.length > 1) return { finished: [], again: others.map((one) => [one]) };
  return { finished: others.map((one) => caughtBy(one, "types", error, milliseconds)), again: [] };
}
