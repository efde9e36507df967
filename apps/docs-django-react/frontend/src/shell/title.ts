import { useEffect } from "react";

/** The page's title, followed by the application's. */
export const useTitle = (page: string): void => {
  useEffect(() => {
    document.title = `${page} · Charts and flows`;
  }, [page]);
};
