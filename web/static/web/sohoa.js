// The key "/" leads to the search box, as on many sites; typing a slash into a field stays possible.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target instanceof Element && event.target.closest("input, select, textarea")) return;
  const box = document.getElementById("q");
  event.preventDefault();
  if (box) {
    box.focus();
    box.select();
  } else {
    location.assign("/");
  }
});
