/** The first stop of the Tab key: past the navigation, to `#content`. */
export function SkipLink() {
  return (
    <a href="#content" className="fixed top-2 left-2 z-50 -translate-y-16 rounded bg-ink px-3 py-2 text-sm text-paper focus-visible:translate-y-0">
      Skip to content
    </a>
  );
}
