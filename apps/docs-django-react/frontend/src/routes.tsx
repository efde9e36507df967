import type { RouteObject } from "react-router";
import { Failure } from "./shell/failure.tsx";
import { Layout } from "./shell/layout.tsx";
import { Loading } from "./shell/loading.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { isSameAddress, loadSession, sessionRoute } from "./shell/session.ts";

/** The pages; Django knows the same addresses (`workbench/urls.py`). Each one loads when it is needed. */
export const routes: RouteObject[] = [
  {
    path: "/",
    id: sessionRoute,
    loader: loadSession,
    shouldRevalidate: isSameAddress,
    element: <Layout />,
    HydrateFallback: Loading,
    ErrorBoundary: Alone,
    children: [
      {
        ErrorBoundary: Failure,
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

/** What is left when not even the frame of the pages can be shown. */
function Alone() {
  return (
    <main>
      <Failure />
    </main>
  );
}
