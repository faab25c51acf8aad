// What the keyboard does on every page: "/" leads to the search box, the arrows walk through results, Esc leads back;
// a table that is wider than its place can be reached by Tab, so that the arrows move it.
"use strict";
(() => {
  const typing = (target) => target instanceof Element && target.closest("input, select, textarea, [contenteditable]");
  const links = () => [...document.querySelectorAll(".card h2 a")];

  function toSearch() {
    const box = document.getElementById("q");
    if (!box) return location.assign("/");
    box.focus();
    box.select();
  }

  function walk(step) {
    const all = links();
    if (!all.length) return false;
    const at = all.indexOf(document.activeElement);
    if (at < 0 && step < 0) return false;
    if (at === 0 && step < 0) {
      toSearch();
      return true;
    }
    const next = all[Math.min(at + step, all.length - 1)];
    next.focus();
    next.closest(".card").scrollIntoView({ block: "nearest" });
    return true;
  }

  function back() {
    const link = document.querySelector(".back a");
    if (!link) return document.getElementById("q") ? toSearch() : undefined;
    const from = document.referrer && new URL(document.referrer);
    const there = new URL(link.href);
    if (from && from.origin === location.origin && from.pathname === there.pathname) history.back();
    else location.assign(link.href);
  }

  function reachable() {
    for (const table of document.querySelectorAll(".table")) {
      if (table.scrollWidth > table.clientWidth || table.scrollHeight > table.clientHeight) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    }
  }

  addEventListener("resize", reachable);
  document.addEventListener("htmx:afterSettle", reachable);
  reachable();

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const inside = typing(event.target);
    if (event.key === "/" && !inside) {
      event.preventDefault();
      toSearch();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (!inside || event.target.id === "q")) {
      if (walk(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      if (inside && event.target.id !== "q") event.target.blur();
      else if (!inside) back();
    }
  });
})();
