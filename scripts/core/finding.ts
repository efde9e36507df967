/** One thing that is wrong: tests compare the code, readers get the message. */
export interface Finding {
  readonly code: string;
  readonly message: string;
}

export const finding = (code: string, message: string): Finding => ({ code, message });
