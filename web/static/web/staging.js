// The desk before reading: arrows walk over the pages, keys do what the buttons do, and the part that changed comes
// back from the server. Every page is a checkbox, so the desk works without this script as well, only slower.
"use strict";
(() => {
  const desk = document.getElementById("desk");
  const large = document.getElementById("desk-large");
  const help = document.getElementById("desk-help");
  const PART = { "X-Desk-Part": "1" };
  const KEYS = { r: "rotate_right", R: "rotate_left", s: "split", j: "join" };
  const PICKED = `desk-picked-${desk.dataset.batch}`;
  const LOOK_AGAIN = 2000;
  let anchor = null;
  let busy = false;
  let last = null;

  const form = () => document.getElementById("desk-form");
  const boxes = () => [...form().querySelectorAll("input[name=pages]")];
  const box = (ref) => boxes().find((one) => one.value === ref);
  const leaf = (one) => one.closest(".leaf");
  const inFocus = () => (document.activeElement?.name === "pages" ? document.activeElement : last && box(last));
  const picked = () => JSON.parse(sessionStorage.getItem(PICKED) || "[]");
  const open = () => "open" in form().dataset;

  function chosen() {
    const checked = boxes().filter((one) => one.checked);
    if (checked.length) return checked;
    const here = inFocus();
    return here ? [here] : [];
  }

  function say(text, failed = false) {
    const line = document.getElementById("desk-told");
    line.textContent = text;
    line.classList.toggle("failed", failed);
  }

  function focus(one) {
    if (!one) return;
    one.focus({ preventScroll: true });
    leaf(one).scrollIntoView({ block: "nearest" });
    last = one.value;
  }

  function pick(refs) {
    if (refs.length) sessionStorage.setItem(PICKED, JSON.stringify(refs));
    else sessionStorage.removeItem(PICKED);
    showPicked();
  }

  function showPicked() {
    const held = new Set(picked());
    boxes().forEach((one) => leaf(one).classList.toggle("picked", held.has(one.value)));
  }

  // The part that came back takes the place of the old one; the focus stays on its page, or goes to the nearest.
  function show(html, checked = []) {
    const before = boxes().map((one) => one.value);
    const was = last;
    desk.innerHTML = html;
    const kept = new Set(checked);
    boxes().forEach((one) => (one.checked = kept.has(one.value)));
    showPicked();
    const at = before.indexOf(was);
    const near = [was, ...before.slice(at + 1), ...before.slice(0, Math.max(at, 0)).reverse()];
    const found = near.map((ref) => box(ref)).find(Boolean) || boxes()[0];
    if (!large.open) focus(found);
    else if (found) enlarge(found);
    watch();
  }

  async function ask(address, options) {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(address, { ...options, headers: PART, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      return await answer.text();
    } catch {
      location.reload(); // signed out, or the server is away: the page itself says which
    } finally {
      busy = false;
    }
  }

  async function act(name, more = {}, refs = chosen().map((one) => one.value)) {
    if (!open()) return;
    const data = new FormData(form());
    data.delete("pages");
    refs.forEach((ref) => data.append("pages", ref));
    data.append("act", name);
    Object.entries(more).forEach(([key, value]) => data.append(key, value));
    const keep = boxes().filter((one) => one.checked).map((one) => one.value);
    const html = await ask(form().action, { method: "POST", body: data });
    if (html !== undefined) show(html, name.startsWith("rotate") ? keep : []);
  }

  function toPart(page) {
    const pages = Number(form().dataset.pages);
    if (page < 1 || page > pages) return false;
    const link = new URL(desk.dataset.address, location.href);
    link.searchParams.set("page", page);
    if (form().elements.bin) link.searchParams.set("bin", "1");
    location.assign(link);
    return true;
  }

  function step(by, extend) {
    const all = boxes();
    const here = inFocus();
    if (!all.length) return;
    if (!here) return focus(all[0]);
    const to = all.indexOf(here) + by;
    if (to < 0 || to >= all.length) {
      if (!extend) toPart(Number(form().dataset.page) + (by < 0 ? -1 : 1));
      return;
    }
    go(all, here, all[to], extend);
  }

  function go(all, here, there, extend) {
    if (extend) {
      anchor = anchor && box(anchor) ? anchor : here.value;
      const ends = [all.indexOf(box(anchor)), all.indexOf(there)].sort((a, b) => a - b);
      all.forEach((one, i) => (one.checked = i >= ends[0] && i <= ends[1]));
    } else {
      anchor = null;
    }
    focus(there);
    if (large.open) enlarge(there);
  }

  // Up and down go by where the pictures stand: the nearest in the next row.
  function upDown(sign, extend) {
    const all = boxes();
    const here = inFocus();
    if (!here) return focus(all[0]);
    const own = leaf(here).getBoundingClientRect();
    const rows = all
      .map((one) => ({ one, at: leaf(one).getBoundingClientRect() }))
      .filter(({ at }) => sign * (at.top - own.top) > own.height / 2);
    if (!rows.length) {
      if (!extend) toPart(Number(form().dataset.page) + sign);
      return;
    }
    const edge = rows.reduce((best, { at }) => (sign * (at.top - best) < 0 ? at.top : best), rows[0].at.top);
    const row = rows.filter(({ at }) => Math.abs(at.top - edge) < own.height / 2);
    const nearest = row.reduce((a, b) => (Math.abs(b.at.left - own.left) < Math.abs(a.at.left - own.left) ? b : a));
    go(all, here, nearest.one, extend);
  }

  function enlarge(one) {
    if (!one) return;
    last = one.value;
    if (!one.dataset.large) return large.close(); // not shown to this person
    const small = leaf(one).querySelector(".thumb-box img");
    const image = large.querySelector("img");
    image.className = small ? small.className : "";
    if (image.getAttribute("src") !== one.dataset.large) image.src = one.dataset.large;
    const said = [...leaf(one).querySelectorAll("label > span:not(.thumb-box)")].map((span) => span.textContent.trim().replace(/\s+/g, " "));
    image.alt = said[0] || "";
    large.querySelector("figcaption").textContent = said.join(" · ");
    if (!large.open) large.showModal();
  }

  function move(how) {
    const held = picked();
    const here = inFocus();
    if (!held.length) {
      const refs = chosen().map((one) => one.value);
      pick(refs);
      return say(desk.dataset.pickedText || "");
    }
    if (!here) return;
    pick([]);
    act(how, { to: here.value }, held);
  }

  // The page that was picked up was scanned in the place of the one in focus.
  function replace() {
    const held = picked();
    const here = inFocus();
    if (held.length !== 1 || !here) return say(desk.dataset.replaceText);
    pick([]);
    act("replace", { to: held[0] }, [here.value]);
  }

  function toggle(one, yes, no, test) {
    const here = chosen();
    if (here.length) act(here.every((page) => test(leaf(page).classList)) ? no : yes);
  }

  function nextFinding() {
    const all = boxes();
    const poor = (one) => leaf(one).querySelector("[class^=finding-]") && leaf(one).classList.contains("kept");
    const found = all.slice(all.indexOf(inFocus()) + 1).find(poor);
    if (found) return go(all, inFocus(), found, false);
    const behind = form().dataset.nextFinding;
    if (behind) return location.assign(`${desk.dataset.address}?at=${behind}#page-${behind.replace(":", "-")}`);
    const first = all.find(poor);
    if (first) go(all, inFocus(), first, false);
  }

  function letGo() {
    const some = boxes().some((one) => one.checked);
    if (!some && !picked().length) return false;
    boxes().forEach((one) => (one.checked = false));
    anchor = null;
    pick([]);
    say("");
    return true;
  }

  const COMMANDS = {
    ArrowRight: (event) => step(1, event.shiftKey),
    ArrowLeft: (event) => step(-1, event.shiftKey),
    ArrowDown: (event) => upDown(1, event.shiftKey),
    ArrowUp: (event) => upDown(-1, event.shiftKey),
    Home: () => focus(boxes()[0]),
    End: () => focus(boxes().at(-1)),
    PageDown: () => toPart(Number(form().dataset.page) + 1),
    PageUp: () => toPart(Number(form().dataset.page) - 1),
    Enter: () => enlarge(inFocus()),
    b: () => toggle(null, "blank", "text", (kinds) => kinds.contains("blank")),
    Delete: () => toggle(null, "bin", "restore", (kinds) => kinds.contains("binned")),
    t: () => toggle(null, "separator", "text", (kinds) => kinds.contains("separator")),
    a: () => toggle(null, "ask", "let_be", (kinds) => kinds.contains("awaiting_rescan")),
    m: () => move("move_behind"),
    M: () => move("move_before"),
    p: replace,
    o: () => picked().length && move("move_apart"),
    u: () => act("undo"),
    U: () => act("redo"),
    f: () => nextFinding(),
    "?": () => help.showModal(),
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
      const target = event.target;
      const onDesk = target === document.body || target.name === "pages" || large.contains(target);
      if (!onDesk) return;
      if (event.key === "Escape") {
        if (large.open || !letGo()) return;
      } else if (event.key === "Enter" && large.open) {
        large.close();
      } else {
        const command = COMMANDS[event.key] || (KEYS[event.key] && (() => act(KEYS[event.key])));
        if (!command) return;
        command(event);
      }
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  desk.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return; // leads to another page
    event.preventDefault();
    const name = event.submitter?.value;
    if (name === "blank") COMMANDS.b();
    else if (name === "separator") COMMANDS.t();
    else if (name === "ask") COMMANDS.a();
    else if (name) act(name);
  });
  desk.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) return help.showModal();
    if (event.target.closest("[data-replace]")) return replace();
    if (event.target.closest("[data-pick]")) return move("move_behind");
    const one = event.target.closest(".leaf")?.querySelector("input[name=pages]");
    if (one && event.shiftKey && last && box(last)) {
      const all = boxes();
      go(all, box(last), one, true);
      event.preventDefault();
    }
  });
  desk.addEventListener("dblclick", (event) => enlarge(event.target.closest(".leaf")?.querySelector("input[name=pages]")));
  desk.addEventListener("focusin", (event) => {
    if (event.target.name === "pages") last = event.target.value;
  });
  large.addEventListener("close", () => focus(last && box(last)));

  // While files are looked at, their pages come up by themselves.
  let timer = 0;
  function watch() {
    clearTimeout(timer);
    if (form().dataset.looking === "0") return;
    timer = setTimeout(async () => {
      if (document.hidden || large.open || help.open) return watch();
      const keep = boxes().filter((one) => one.checked).map((one) => one.value);
      const html = await ask(location.pathname + location.search, {});
      if (html !== undefined) show(html, keep);
      else watch();
    }, LOOK_AGAIN);
  }

  // A link to a page (#page-SCAN-NUMBER) leads to the part in which it is.
  const wanted = location.hash.match(/^#page-(\d+)-(\d+)$/);
  if (wanted && !document.querySelector(location.hash) && !new URLSearchParams(location.search).has("at")) {
    location.replace(`${desk.dataset.address}?at=${wanted[1]}:${wanted[2]}${location.hash}`);
  } else {
    showPicked();
    const first = () => focus((wanted && box(`${wanted[1]}:${wanted[2]}`)) || boxes()[0]);
    first();
    // Going to the part of a page that its address names, the browser takes the focus away once more.
    if (wanted) addEventListener("load", () => setTimeout(first));
    watch();
  }
})();
