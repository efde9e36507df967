import type { RouteObject } from "react-router";
import { RouteError } from "./shell/route-error.tsx";
import { Layout } from "./shell/layout.tsx";
import { Loading } from "./shell/loading.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { isSameUrl, loadSession, sessionRoute } from "./shell/session.ts";

/** The routes, each loaded lazily. Django serves the same URLs (`workbench/urls.py`). */
export const routes: RouteObject[] = [
  {
    path: "/",
    id: sessionRoute,
    loader: loadSession,
    shouldRevalidate: isSameUrl,
    element: <Layout />,
    HydrateFallback: Loading,
    ErrorBoundary: RootError,
    children: [
      {
        ErrorBoundary: RouteError,
        children: [
          { index: true, lazy: async () => import("./dashboard/route.tsx") },
          { path: "diagrams", lazy: async () => import("./diagrams/list-route.tsx") },
          { path: "diagrams/:id", lazy: async () => import("./diagrams/editor-route.tsx") },
          { path: "sign-in", lazy: async () => import("./account/sign-in-route.tsx") },
          { path: "account", lazy: async () => import("./account/account-route.tsx") },
          { path: "*", element: <NotFound /> },
        ],
      },
    ],
  },
];

/** Rendered without the layout if the session cannot be loaded. */
function RootError() {
  return (
    <main>
      <RouteError />
    </main>
  );
}
