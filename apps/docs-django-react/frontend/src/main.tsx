import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";
import { basePath } from "./base.ts";
import { routes } from "./routes.tsx";
import { reloadOnce } from "./shell/reload-once.ts";

import "./styles/main.css";

// After a deployment, the chunks of the previous release no longer exist; a reload loads the new release.
window.addEventListener("vite:preloadError", (event) => {
  if (reloadOnce(window.sessionStorage, Date.now())) {
    event.preventDefault();
    window.location.reload();
  }
});

const router = createBrowserRouter(routes, { basename: basePath() });
const element = document.querySelector("#app");
if (element === null) throw new Error("index.html has no element #app");
createRoot(element).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
