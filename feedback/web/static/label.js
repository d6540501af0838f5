// The labelling page by keyboard: a digit picks a candidate, Enter sends. Keys count only while the form holds the focus.
const form = document.querySelector("[data-label]");

if (form) {
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea, select")) return;
    const radio = form.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
  });
  if (!document.querySelector(".govuk-error-summary")) {
    form.querySelector("[data-start]").focus({ preventScroll: true });
  }
}
