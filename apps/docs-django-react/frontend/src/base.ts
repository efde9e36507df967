/**
 * The path that the application is mounted at, with a slash at both ends: `/` or `/django-react/`.
 * Django writes it into the page. Vite's development server leaves `./`, which stands for the root.
 */
export const basePath = (): string => {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="base-path"]');
  return meta?.content.startsWith("/") ? meta.content : "/";
};
