// Which line is it: figures choose, Enter confirms, N goes on, U undoes.
"use strict";

const form = document.getElementById("match");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("textarea, input:not([type=radio]), select")) return;
  const key = event.key.toLowerCase();
  if (key === "enter") {
    if (form && !event.target.matches("a, button")) {
      event.preventDefault();
      form.requestSubmit();
    }
  } else if (/^[0-5nu]$/.test(key)) {
    const found = document.querySelector(`[data-key="${key}"]`);
    if (!found) return;
    event.preventDefault();
    found.click();
    if (found.matches("input")) found.focus();
  }
});
