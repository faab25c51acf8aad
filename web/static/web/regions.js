// Rectangles on a page, drawn with the mouse or given by numbers; they are kept in the form until it is sent.
"use strict";

const drawing = document.getElementById("drawing");
const list = document.getElementById("list");
const parts = document.getElementById("parts");
const svg = drawing.querySelector("svg");
const drawn = document.getElementById("drawn");
const boxes = [...list.querySelectorAll("[data-box]")].map((item) => item.dataset.box.split(",").map(Number));
const LEAST = 2;
let from = null;

const rounded = (box) => box.map((edge) => Math.round(edge * 10) / 10);

function rectangle(box) {
  const { width, height } = svg.viewBox.baseVal;
  const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const [left, top, right, bottom] = box;
  made.setAttribute("x", (left * width) / 100);
  made.setAttribute("y", (top * height) / 100);
  made.setAttribute("width", ((right - left) * width) / 100);
  made.setAttribute("height", ((bottom - top) * height) / 100);
  return made;
}

function item(box, number) {
  const made = document.createElement("li");
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "box", value: box.join(",") });
  const text = document.createTextNode(`${box.join(" · ")} %`);
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: list.dataset.remove });
  button.className = "quiet";
  button.setAttribute("aria-label", `${list.dataset.remove}: ${list.dataset.part} ${number}`);
  button.addEventListener("click", () => { boxes.splice(number - 1, 1); show(); });
  made.append(input, text, button);
  return made;
}

function show(rough = null) {
  list.replaceChildren(...boxes.map((box, at) => item(box, at + 1)));
  drawn.replaceChildren(...boxes.map(rectangle), ...(rough ? [rectangle(rough)] : []));
  document.getElementById("none").hidden = boxes.length > 0;
}

function add(box) {
  const [left, top, right, bottom] = rounded(box);
  if (right - left < LEAST || bottom - top < LEAST) return;
  boxes.push([left, top, right, bottom]);
  show();
}

function at(event) {
  const area = drawing.getBoundingClientRect();
  const share = (value, size) => Math.min(Math.max((100 * value) / size, 0), 100);
  return [share(event.clientX - area.left, area.width), share(event.clientY - area.top, area.height)];
}

const between = (one, other) => [
  Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[0], other[0]), Math.max(one[1], other[1]),
];

drawing.addEventListener("pointerdown", (event) => {
  from = at(event);
  drawing.setPointerCapture(event.pointerId);
});
drawing.addEventListener("pointermove", (event) => { if (from) show(between(from, at(event))); });
drawing.addEventListener("pointerup", (event) => {
  if (!from) return;
  const box = between(from, at(event));
  from = null;
  show();
  add(box);
});
drawing.addEventListener("pointercancel", () => { from = null; show(); });

function undo() {
  boxes.pop();
  show();
}

function typed() {
  const edge = (name) => Number(document.getElementById(`edge-${name}`).value.replace(",", "."));
  const box = ["left", "top", "right", "bottom"].map(edge);
  if (box.every((value) => value >= 0 && value <= 100)) add(box);
}

document.getElementById("add").addEventListener("click", typed);
document.getElementById("undo").addEventListener("click", undo);
for (const input of parts.querySelectorAll(".edges input")) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    typed();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key.toLowerCase() === "z" && !event.target.matches("input")) {
    event.preventDefault();
    undo();
  }
});
show();
