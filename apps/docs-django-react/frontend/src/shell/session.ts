import { type LoaderFunctionArgs, type ShouldRevalidateFunctionArgs, useLocation, useRouteLoaderData } from "react-router";
import { readSession, type Session } from "../api/session.ts";

/** The route whose loader knows who is there. */
export const sessionRoute = "session";

export const loadSession = async ({ request }: LoaderFunctionArgs): Promise<Session> => readSession(request.signal);

/** Only when somebody asks for it, by staying where they are: going from page to page changes nobody. */
export const isSameAddress = ({ currentUrl, nextUrl }: ShouldRevalidateFunctionArgs): boolean =>
  currentUrl.href === nextUrl.href;

/** A visitor who may not write, until it is known. */
export const useSession = (): Session =>
  useRouteLoaderData<Session>(sessionRoute) ?? { user: null, mayWrite: false };

/** Where to sign in, and come back from to where one is now. */
export const useSignInAddress = (): string => {
  const { pathname, search } = useLocation();
  return `/sign-in?${new URLSearchParams({ next: `${pathname}${search}` }).toString()}`;
};

/** An address of our own to go on to, whatever the query says. */
export const nextAddress = (asked: string | null): string =>
  asked !== null && /^\/(?![/\\])/.test(asked) ? asked : "/diagrams";
