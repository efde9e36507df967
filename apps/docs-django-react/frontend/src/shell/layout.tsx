import { useLayoutEffect, useRef } from "react";
import { NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { useSession, useSignInUrl } from "./session.ts";
import mark from "./mark.svg";

export const Layout = () => {
  const { pathname } = useLocation();
  const navigation = useNavigation();
  const main = useRef<HTMLElement>(null);
  const previousPath = useRef(pathname);

  // After a navigation, moves the focus to the new content, as a page load does for screen readers. This is a
  // layout effect, so that no later key press reaches the old link. `ScrollRestoration` scrolls the page.
  useLayoutEffect(() => {
    if (previousPath.current === pathname) return;
    previousPath.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <header className="site-header">
        <NavLink to="/" className="brand">
          <img src={mark} alt="" width="32" height="32" />
          Charts and flows
        </NavLink>
        <nav aria-label="Main">
          <NavLink to="/" end>
            Dashboard
          </NavLink>
          <NavLink to="/diagrams">Diagrams</NavLink>
          <AccountLink />
        </nav>
        <div className="progress" data-busy={navigation.state !== "idle"} />
      </header>
      <main id="content" ref={main} tabIndex={-1} aria-busy={navigation.state !== "idle"}>
        <Outlet />
      </main>
      <ScrollRestoration />
    </>
  );
};

const AccountLink = () => {
  const { user } = useSession();
  const signInUrl = useSignInUrl();
  const { pathname } = useLocation();
  if (user) {
    return (
      <NavLink to="/account" className="account-link" aria-label={`Your account: ${user.name}`}>
        {user.name}
      </NavLink>
    );
  }
  return <NavLink to={pathname === "/sign-in" ? "/sign-in" : signInUrl}>Sign in</NavLink>;
};
