// Two results side by side: one key decides, the arrows turn the pages of both.
"use strict";

const sides = [...document.querySelectorAll(".side")];
const version = document.getElementById("version");

function turn(side, by) {
  const at = side.querySelector(".at");
  const page = Math.min(Math.max(Number(at.textContent) + by, 1), Number(side.dataset.pages));
  if (page === Number(at.textContent)) return;
  at.textContent = String(page);
  side.querySelector("img").src = side.dataset.address.replace(/1\.jpg$/, `${page}.jpg`);
}

for (const side of sides) {
  for (const button of side.querySelectorAll("[data-turn]")) {
    button.addEventListener("click", () => turn(side, Number(button.dataset.turn)));
  }
}

document.querySelector("[data-key='2']")?.addEventListener("click", (event) => {
  version.hidden = !version.hidden;
  event.currentTarget.setAttribute("aria-expanded", String(!version.hidden));
  if (!version.hidden) version.querySelector("input:not([type=hidden])").focus();
});

if (version && document.querySelector(".fault")) version.hidden = document.querySelector(".decide .fault") === null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("textarea, input:not([type=radio])")) return;
  const key = event.key.toLowerCase();
  if (key === "arrowleft" || key === "arrowright") {
    event.preventDefault();
    sides.forEach((side) => turn(side, key === "arrowleft" ? -1 : 1));
  } else if (key === "k") {
    const other = document.querySelector(".keep input:not(:checked)");
    if (other) other.checked = true;
  } else if ("123u".includes(key)) {
    document.querySelector(`[data-key="${key}"]`)?.click();
  }
});
