import { useLayoutEffect, useRef } from "react";
import { NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { useSession, useSignInAddress } from "./session.ts";
import mark from "./mark.svg";

export const Layout = () => {
  const { pathname } = useLocation();
  const navigation = useNavigation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);

  // Who follows a link without seeing the page is taken to the new content, as a page load would. Together
  // with the content, so that no key press after it still acts on the link. Where the page stands is not its business.
  useLayoutEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="masthead">
        <NavLink to="/" className="brand">
          <img src={mark} alt="" width="32" height="32" />
          Charts and flows
        </NavLink>
        <nav aria-label="Main">
          <NavLink to="/" end>
            Dashboard
          </NavLink>
          <NavLink to="/diagrams">Diagrams</NavLink>
          <Person />
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

const Person = () => {
  const { user } = useSession();
  const address = useSignInAddress();
  const { pathname } = useLocation();
  if (user) {
    return (
      <NavLink to="/account" className="person" aria-label={`Your account: ${user.name}`}>
        {user.name}
      </NavLink>
    );
  }
  return <NavLink to={pathname === "/sign-in" ? "/sign-in" : address}>Sign in</NavLink>;
};
