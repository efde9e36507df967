import { type LoaderFunctionArgs, type ShouldRevalidateFunctionArgs, useLocation, useRouteLoaderData } from "react-router";
import { readSession, type Session } from "../api/session.ts";

/** The id of the route whose loader reads the session. */
export const sessionRoute = "session";

export const loadSession = async ({ request }: LoaderFunctionArgs): Promise<Session> => readSession(request.signal);

/** Revalidates the session only on request (same URL): navigation does not change it. */
export const isSameUrl = ({ currentUrl, nextUrl }: ShouldRevalidateFunctionArgs): boolean =>
  currentUrl.href === nextUrl.href;

/** The session; a visitor without write permission until it is loaded. */
export const useSession = (): Session =>
  useRouteLoaderData<Session>(sessionRoute) ?? { user: null, mayWrite: false };

/** The URL of the sign-in page, which then returns to the current page. */
export const useSignInUrl = (): string => {
  const { pathname, search } = useLocation();
  return `/sign-in?${new URLSearchParams({ next: `${pathname}${search}` }).toString()}`;
};

/** The path to return to after signing in; never a URL of another host. */
export const returnPath = (requested: string | null): string =>
  requested !== null && /^\/(?![/\\])/.test(requested) ? requested : "/diagrams";
