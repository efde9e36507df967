import { useEffect } from "react";

/** Sets the document title: that of the page, then that of the application. */
export const useTitle = (page: string): void => {
  useEffect(() => {
    document.title = `${page} · Charts and flows`;
  }, [page]);
};
