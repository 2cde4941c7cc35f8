/* The theme puts the copy button of each code block into a navigation landmark; each needs a name of its own. */
new MutationObserver(() => {
  document.querySelectorAll("nav.md-code__nav").forEach((nav, at) => {
    if (!nav.ariaLabel) nav.ariaLabel = `Code block ${at + 1}`;
  });
}).observe(document.body, { childList: true, subtree: true });
