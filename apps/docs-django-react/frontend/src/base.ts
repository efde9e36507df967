/**
 * Where the application is mounted, with a slash at both ends: `/` or `/django-react/`.
 * Django writes it into the page; Vite's own server leaves the `./` of the source, which is the root.
 */
export const basePath = (): string => {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="base-path"]');
  return meta?.content.startsWith("/") ? meta.content : "/";
};
