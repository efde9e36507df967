/** An error that a user can act on: the message says what was found and where, the remedy says what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
