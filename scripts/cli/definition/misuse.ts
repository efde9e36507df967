import { UserError } from "../../../contract/user-error.ts";

/** An error in the command line itself: the command did not start. */
export class Misuse extends UserError {}
