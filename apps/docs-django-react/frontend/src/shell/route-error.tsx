import { useRevalidator, useRouteError } from "react-router";
import { ApiError } from "../api/client.ts";
import { NotFound } from "./not-found.tsx";
import { errorPageTexts } from "./texts.ts";
import { useTitle } from "./title.ts";

/** The error boundary of the routes: shown in place of a page that could not be loaded. */
export const RouteError = () => {
  const error = useRouteError();
  if (error instanceof ApiError && error.status === 404) return <NotFound reason={error.message} />;
  return <LoadError error={error} />;
};

const LoadError = ({ error }: { error: unknown }) => {
  const { revalidate, state } = useRevalidator();
  useTitle("Error");
  return (
    <section className="panel" role="alert">
      <p className="eyebrow">{error instanceof ApiError && error.status > 0 ? error.status : "Error"}</p>
      <h1>This page could not be loaded</h1>
      <p>{error instanceof ApiError ? error.message : errorPageTexts.unexpected}</p>
      <p className="actions">
        <button
          type="button"
          className="button"
          disabled={state === "loading"}
          onClick={() => void revalidate()}
        >
          Try again
        </button>
      </p>
    </section>
  );
};
