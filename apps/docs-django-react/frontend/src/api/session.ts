import * as v from "valibot";
import { forgetToken, read, write } from "./client.ts";

const Session = v.object({
  user: v.nullable(v.object({ name: v.string() })),
  mayWrite: v.boolean(),
});

/** The signed-in user (null for a visitor), and whether this client may change diagrams. */
export type Session = v.InferOutput<typeof Session>;

export const readSession = async (signal?: AbortSignal): Promise<Session> => read("session", Session, signal);

export const signIn = async (name: string, password: string): Promise<Session> => {
  const session = await write("POST", "session", Session, { name, password });
  // Django rotates the CSRF token on sign-in.
  forgetToken();
  return session;
};

export const signOut = async (): Promise<Session> => write("DELETE", "session", Session);

/** Ends every other session of this user. */
export const changePassword = async (current: string, next: string): Promise<void> => {
  await write("PUT", "password", v.undefined(), { current, new: next });
};
